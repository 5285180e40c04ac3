"""The plainest desk there is: an approved edition as files in a folder."""

from __future__ import annotations

import json
from pathlib import Path

from app.errors import NotifyError
from app.notify.protocol import Parcel


class FolderNotifier:
    """Writes `<date>-<edition>.txt` and `.json` under the recipient's folder, whole or not at all."""

    name = "folder"

    def deliver(self, parcel: Parcel, recipient: str, data_dir: Path) -> None:
        folder = data_dir / "exports" / parcel.dossier / recipient
        if ".." in Path(recipient).parts or Path(recipient).is_absolute():
            raise NotifyError("De map moet binnen de datamap liggen.", recipient=recipient)
        body = json.dumps(parcel.document, ensure_ascii=False, indent=1, sort_keys=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for ending, text in (("txt", parcel.text), ("json", body)):
                target = folder / f"{parcel.date}-{parcel.edition}.{ending}"
                draft = target.with_suffix(f".{ending}.tmp")
                draft.write_text(text + "\n", "utf-8")
                draft.replace(target)
        except OSError as error:
            raise NotifyError(f"Het verslag is niet weg te schrijven: {error}.") from error
