"""Places that are not followed: closed groups, and platforms whose terms forbid it (P3, sources.md).

Their data comes in only as an import of a lawful export.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

CLOSED = (
    "Besloten groepen en kanalen worden niet gevolgd. Klankbord leest alleen wat iedereen zonder "
    "inloggen kan lezen. Kies een openbare bron, zoals een nieuwssite of de reacties daar."
)
PLATFORM = (
    "{name} wordt niet live gevolgd: de voorwaarden van dit platform staan dat niet toe. "
    "Gebruik in plaats daarvan een export die u mag gebruiken."
)
#: Host (and its subdomains) → how it is called; None for a place that is closed by nature.
HOSTS: dict[str, str | None] = {
    "facebook.com": "Facebook",
    "facebook.net": "Facebook",
    "fb.com": "Facebook",
    "fb.me": "Facebook",
    "fb.watch": "Facebook",
    "messenger.com": None,
    "m.me": None,
    "instagram.com": "Instagram",
    "instagr.am": "Instagram",
    "threads.net": "Threads",
    "threads.com": "Threads",
    "x.com": "X",
    "twitter.com": "X",
    "t.co": "X",
    "tiktok.com": "TikTok",
    "linkedin.com": "LinkedIn",
    "lnkd.in": "LinkedIn",
    "snapchat.com": "Snapchat",
    "reddit.com": "Reddit",
    "redd.it": "Reddit",
    "telegram.org": "Telegram",
    "telegram.me": None,
    "telegram.dog": None,
    "t.me": None,
    "whatsapp.com": None,
    "whatsapp.net": None,
    "wa.me": None,
    "discord.com": None,
    "discord.gg": None,
    "discordapp.com": None,
    "signal.group": None,
    "signal.me": None,
    "signal.org": None,
    "nextdoor.nl": None,
    "nextdoor.com": None,
    "slack.com": None,
    "groups.google.com": None,
    "chat.google.com": None,
    "teams.microsoft.com": None,
    "teams.live.com": None,
}
GROUP = re.compile(r"/(?:groups?|invite|join|joinchat)(?:/|$)")


def refusal(address: str) -> str | None:
    """Why this address may not be followed, in Dutch; None when nothing stands in the way."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").rstrip(".").casefold()
    except ValueError:
        return None  # no address at all: the guard of outgoing requests says so
    for known, name in HOSTS.items():
        if host == known or host.endswith("." + known):
            is_closed = name is None or GROUP.search(unquote(parts.path).casefold())
            return CLOSED if is_closed else PLATFORM.format(name=name)
    return None
