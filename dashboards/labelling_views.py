"""What the labelling page shows, as frozen values (see `dashboards.views`)."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.card import Block
from dashboards.views import Frame, PostView


@dataclass(frozen=True, slots=True)
class LabellingView:
    """`why` says how the post was drawn (`wording.DRAWN`); `post` is None when none is left.

    `chances`: probability per label, empty in a second reading; `alphas`: agreement per label and
    of the status, empty while too few posts were read `twice`; `last`: the key of the post before.
    """

    frame: Frame
    labelled: int
    mine: int
    left: int
    twice: int
    second_waiting: int
    alphas: tuple[tuple[str, float], ...] = ()
    post: PostView | None = None
    why: str = ""
    chances: tuple[tuple[str, float], ...] = ()
    may_label: bool = False
    last: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ModelView:
    """Which labeller is at work, under which hash; `blocks` of its card, none when it has none."""

    frame: Frame
    labeller: str
    model: str
    guide: str
    blocks: tuple[Block, ...] = ()
    may_label: bool = False
