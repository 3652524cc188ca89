"""The façade that programs embed: load a project, ask it for SQL or rows, deploy it, check it."""

from semantic.compiled import Compiled, OutputColumn
from semantic.faults import SemanticError
from semantic.layer.facade import Layer, faults_of

__all__ = ["Compiled", "Layer", "OutputColumn", "SemanticError", "faults_of"]
