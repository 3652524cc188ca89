"""The newest good layer of a project whose files change while a server runs."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from time import monotonic, time

from semantic.faults import Fault, SemanticError
from semantic.layer import Layer
from semantic.spec.files import stamps

#: File systems tell times this coarsely; younger files may change again without telling.
_SETTLED = 2.0


class Watch:
    """Holds the newest good layer of a folder; threads may share it.

    ``layer`` looks at the names, times and sizes of files, at most once in ``every`` seconds, and loads them
    again where something changed. Where the files are broken, it stays the last good one, and ``faults``
    tells why. One thread loads; the others go on with the layer that there is.
    """

    def __init__(self, path: str | Path, every: float = 1.0, check: bool = True) -> None:
        self._every = every
        self._check = check
        self._lock = Lock()
        self._folder = Path(path)
        self._stamps = self._found()
        self._looked = monotonic()
        self._layer = self._good(Layer.load(self._folder))
        self._faults: tuple[Fault, ...] = ()

    @property
    def layer(self) -> Layer:
        """The newest good layer."""
        if monotonic() - self._looked >= self._every and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._layer

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the files as they are now; nothing where ``layer`` is made from them."""
        return self._faults

    def refresh(self) -> Layer:
        """Look at the files now, whenever that was done last; waits where another thread is doing so."""
        with self._lock:
            self._look()
        return self._layer

    def _look(self) -> None:
        """Load what changed; what is broken leaves the layer as it is."""
        self._looked = monotonic()
        found = self._found()
        if found is not None and found == self._stamps:
            return
        self._stamps = found
        try:
            layer = self._layer.reload()
            self._layer = layer if layer is self._layer else self._good(layer)
            self._faults = ()
        except SemanticError as error:
            self._faults = error.faults

    def _found(self) -> tuple[object, ...] | None:
        """What tells the files of now from those of later, or nothing where that is not sure."""
        try:
            found = tuple(stamps(self._folder))
        except (OSError, SemanticError):
            return None
        newest = max((stamp[1] for stamp in found), default=0) / 1e9
        return found if newest < time() - _SETTLED else None

    def _good(self, layer: Layer) -> Layer:
        """The layer itself; raises `SemanticError` where something in it is broken for its targets."""
        if self._check:
            targets = {str(each.dialect) for each in layer.catalog.targets.values()}
            found = layer.check(sorted(targets) or ["duckdb"])
            if found:
                raise SemanticError(found)
        return layer


def watch(path: str | Path, *, every: float = 1.0, check: bool = True) -> Watch:
    """What always has the newest good layer of the project in a folder, as its ``layer``.

    ``every`` is how many seconds the files are not looked at again; with ``check``, everything that the
    project defines has to compile for its targets before a layer is good. Raises `SemanticError` where
    there is no good layer to begin with.
    """
    return Watch(path, every, check)
