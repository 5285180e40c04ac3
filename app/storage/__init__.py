"""The tables and the plain functions over them; nothing above this room knows SQLAlchemy."""

from sqlalchemy.orm import Session

from app.storage.engine import Database
from app.storage.vault import Vault

__all__ = ["Database", "Session", "Vault"]
