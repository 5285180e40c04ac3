"""The plainest desk there is: an approved edition as files in a folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from app.errors import NotifyError
from app.notify.protocol import Means, Message, Parcel


class FolderNotifier:
    """Writes `<date>-<edition>.txt`, `.json` and, where it can be made, `.pdf`; whole or not at all."""

    name = "folder"
    repeats = True

    def deliver(self, parcel: Parcel, recipient: str, means: Means) -> None:
        body = json.dumps(parcel.document, ensure_ascii=False, indent=1, sort_keys=True)
        files = {"txt": f"{parcel.text}\n".encode(), "json": f"{body}\n".encode()}
        if parcel.pdf:
            files["pdf"] = parcel.pdf
        folder = _folder(means, parcel.dossier, recipient)
        _write(folder, f"{parcel.date}-{parcel.edition}", files)

    def tell(self, message: Message, recipient: str, means: Means) -> None:
        folder = _folder(means, message.dossier, recipient) / "meldingen"
        name = hashlib.sha256(message.key.encode()).hexdigest()[:16]
        _write(folder, name, {"txt": f"{message.subject}\n\n{message.body}\n".encode()})


def _folder(means: Means, dossier: str, recipient: str) -> Path:
    if ".." in Path(recipient).parts or Path(recipient).is_absolute():
        raise NotifyError("De map moet binnen de datamap liggen.", recipient=recipient)
    return means.data_dir / "exports" / dossier / recipient


def _write(folder: Path, name: str, files: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for ending, content in files.items():
            target = folder / f"{name}.{ending}"
            draft = target.with_suffix(f".{ending}.tmp")
            draft.write_bytes(content)
            draft.replace(target)
    except OSError as error:
        raise NotifyError(f"Het bericht is niet weg te schrijven: {error}.") from error
