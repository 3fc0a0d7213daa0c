"""Which folders a module of settings names for what is written."""

from __future__ import annotations

from bpkit.languages.python.settings_folders import settings_folders
from tests.languages.listings import listing


def folders(text: str, file: str = "shop/settings.py") -> list[str]:
    return [folder for folder, _ in settings_folders(listing({file: text}))]


def test_paths_are_worked_out_from_the_module_itself() -> None:
    text = (
        "BASE_DIR = Path(__file__).resolve().parent.parent\nMEDIA_ROOT = BASE_DIR / 'media'\n"
        "STATIC_URL = 'static/'\nLOG_DIR = os.path.join(BASE_DIR, 'var', 'log')\n"
    )
    assert folders(text) == ["media", "var/log"]


def test_a_name_that_is_given_its_value_late_is_known_from_then() -> None:
    text = (
        "ROOT = dirname(dirname(abspath(__file__)))\nSTORAGE_DIR = ''\nLOG_DIR = ''\n"
        "if not STORAGE_DIR:\n    STORAGE_DIR = os.environ.get('STORAGE', join(ROOT, 'storage'))\n"
        "if not LOG_DIR:\n    LOG_DIR = join(STORAGE_DIR, 'log', 'web')\n"
    )
    assert folders(text) == ["storage", "storage/log/web"]


def test_what_is_elsewhere_or_unknown_is_left_out() -> None:
    text = "LOG_DIR = '/var/log/shop'\nMEDIA_ROOT = join(HERE, 'media')\nDATA_DIR = '../data'\n"
    assert folders(text) == []


def test_the_folder_of_a_database_file_is_one() -> None:
    text = (
        "BASE_DIR = Path(__file__).parents[1]\n"
        "DATABASES = {'default': {'NAME': BASE_DIR / 'data' / 'shop.sqlite3'}}\n"
    )
    assert folders(text) == ["data"]
