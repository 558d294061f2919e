"""Connections by name: where the settings stand, where the secrets may stand, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import UsageError
from pipeline.uploading import find_connection

SECRETS = 'element_token = "tok+/="\nuser_secret = "sec="\n'
PROFILE = '[connections.prod]\nregion = "eu10"\nhub = "marketing"\nobject = "contact"\nsecrets = "prod.secrets.toml"\n'
ENVIRONMENT = {
    "CONTACTPREP_BASE_URL": "https://env.example/elements/api-v2",
    "CONTACTPREP_ELEMENT_TOKEN": "env-token",
    "CONTACTPREP_USER_SECRET": "env-secret",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with one connection and its secrets."""
    (tmp_path / "contactprep.toml").write_text(PROFILE)
    secrets = tmp_path / "prod.secrets.toml"
    secrets.write_text(SECRETS)
    secrets.chmod(0o600)
    return tmp_path


def test_a_named_connection_has_its_region_and_its_secrets_and_shows_none(home: Path) -> None:
    found = find_connection("prod", {}, home)
    assert found.base_url == "https://api.openconnectors.eu10.ext.hana.ondemand.com/elements/api-v2"
    assert (found.hub, found.object, found.label) == ("marketing", "contact", "prod")
    assert found.authorization == "Element tok+/=, User sec="
    assert "tok+/=" not in repr(found)
    assert "sec=" not in repr(found)


def test_a_name_wins_over_the_environment_and_the_environment_over_the_files_own_choice(home: Path) -> None:
    assert find_connection("prod", ENVIRONMENT, home).label == "prod"
    assert find_connection(None, {**ENVIRONMENT, "CONTACTPREP_CONNECTION": "prod"}, home).label == "prod"
    (home / "contactprep.toml").write_text(f'connection = "prod"\n{PROFILE}')
    assert find_connection(None, ENVIRONMENT, home).base_url == "https://env.example/elements/api-v2"
    assert find_connection(None, {}, home).label == "prod"


def test_secrets_may_come_from_variables_with_a_prefix_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "contactprep.toml").write_text(
        "[connections.prod]\nbase_url = 'https://x.example/elements/api-v2'\n"
        "environment = 'PROD'\nmax_part_records = 500\n"
    )
    environ = {"PROD_ELEMENT_TOKEN": "a", "PROD_USER_SECRET": "b", "PROD_ORGANIZATION_SECRET": "c"}
    found = find_connection("prod", environ, tmp_path)
    assert found.authorization == "Element a, User b, Organization c"
    assert found.max_part_records == 500
    with pytest.raises(UsageError, match="set PROD_ELEMENT_TOKEN and PROD_USER_SECRET"):
        find_connection("prod", ENVIRONMENT, tmp_path)


def test_the_projects_own_file_serves_where_there_is_no_other(home: Path) -> None:
    (home / "pyproject.toml").write_text(PROFILE.replace("[connections", "[tool.contactprep.connections"))
    (home / "contactprep.toml").unlink()
    assert find_connection("prod", {}, home).label == "prod"
    (home / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    with pytest.raises(UsageError, match="no connection 'prod'; there are none"):
        find_connection("prod", {}, home)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("prod]", "prodd]"), "no connection 'prod'; did you mean prodd?"),
        (('region = "eu10"', 'regoin = "eu10"'), "no key 'regoin'; did you mean region?"),
        (('region = "eu10"', 'region = "europe"'), "'europe' is no region"),
        (('region = "eu10"', 'region = "eu10"\nbase_url = "https://x"'), "either region or base_url"),
        (('region = "eu10"\n', ""), "either region or base_url"),
        (('hub = "marketing"', "hub = 7"), "hub is a text"),
        (('hub = "marketing"', "max_part_bytes = 0"), "max_part_bytes is a whole number"),
        (('hub = "marketing"', 'user_secret = "canary"'), "keep secrets out of this file"),
        (('hub = "marketing"', 'hub = "canary'), "is not TOML (line 3"),
        (("prod.secrets.toml", "nowhere.toml"), "cannot be read: No such file"),
        (('region = "eu10"', 'base_url = "http://far.example/elements/api-v2"'), "must begin with https"),
    ],
)
def test_mistakes_in_the_settings_are_told_in_one_line(home: Path, change: tuple[str, str], said: str) -> None:
    (home / "contactprep.toml").write_text(PROFILE.replace(*change))
    with pytest.raises(UsageError) as failure:
        find_connection("prod", {}, home)
    assert said in str(failure.value)
    assert "canary" not in str(failure.value)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        (0o644, SECRETS, "others can read the secrets"),
        (0o640, SECRETS, "others can read the secrets"),
        (0o600, 'element_token = "canary"\n', "lacks user_secret"),
        (0o600, f'{SECRETS}passwort = "canary"\n', "nothing else"),
        (0o600, 'element_token = "canary\n', "is not TOML (line 1"),
        (0o600, SECRETS.replace("sec=", "sec =="), "CONTACTPREP_USER_SECRET holds a blank"),
    ],
)
def test_secrets_lie_in_a_file_of_ones_own_and_are_never_shown(home: Path, mode: int, text: str, said: str) -> None:
    secrets = home / "prod.secrets.toml"
    secrets.write_text(text)
    secrets.chmod(mode)
    with pytest.raises(UsageError) as failure:
        find_connection("prod", {}, home)
    assert said in str(failure.value)
    assert "canary" not in str(failure.value)


def test_certificates_to_trust_are_read_at_once(tmp_path: Path) -> None:
    from pipeline.uploading.transporting import HttpxTransport

    bundle = tmp_path / "ca.pem"
    with pytest.raises(UsageError, match="cannot be used: No such file"):
        HttpxTransport(ca_bundle=bundle)
    bundle.write_text("no certificate")
    with pytest.raises(UsageError, match="holds no certificate"):
        HttpxTransport(ca_bundle=bundle)
