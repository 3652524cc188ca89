"""Every fault a person can meet: codes, wordings, and what would have been meant.

A fault has a stable one-word code, a place, a message (what is wrong) and a hint (what would work).
Messages say nothing about "you". Nothing else in the package words an error.
"""

from semantic.faults.base import *  # noqa: F403
from semantic.faults.binding import *  # noqa: F403
from semantic.faults.connecting import *  # noqa: F403
from semantic.faults.deploying import *  # noqa: F403
from semantic.faults.distinct import *  # noqa: F403
from semantic.faults.files import *  # noqa: F403
from semantic.faults.impact import *  # noqa: F403
from semantic.faults.inspecting import *  # noqa: F403
from semantic.faults.interop import *  # noqa: F403
from semantic.faults.interop_osi import *  # noqa: F403
from semantic.faults.models import *  # noqa: F403
from semantic.faults.modifiers import *  # noqa: F403
from semantic.faults.policies import *  # noqa: F403
from semantic.faults.questions import *  # noqa: F403
from semantic.faults.running import *  # noqa: F403
from semantic.faults.sampling import *  # noqa: F403
from semantic.faults.sql import *  # noqa: F403
from semantic.faults.testing import *  # noqa: F403
from semantic.faults.viewing import *  # noqa: F403
from semantic.faults.wordings import *  # noqa: F403
