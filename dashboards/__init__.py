"""Report in, page or figure out: Dutch HTML that works without JavaScript (pure)."""

from dashboards.assets import asset_url, static_files

__all__ = ["asset_url", "static_files"]
