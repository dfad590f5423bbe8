"""The settings of the mail server: all faults at once, each with its remedy."""

import pytest

from yosafe.errors import SettingsWrong
from yosafe.settings import read

GOOD = {"HOST": "mail.example.org", "FROM": "yosafe@example.org"}


def of(tmp_path, **values: str):
    environ = {"YOSAFE_HOME": str(tmp_path), "YOSAFE_SECRET_KEY": "x" * 32} | {f"YOSAFE_SMTP_{name}": value for name, value in values.items()}
    return read(environ, file=tmp_path / "none.toml").mail


def test_without_a_server_there_is_no_mail(tmp_path):
    assert of(tmp_path) is None


def test_what_is_left_out_is_the_safe_choice(tmp_path):
    mail = of(tmp_path, **GOOD)
    assert (mail.port, mail.starttls, mail.user, mail.password) == (587, True, None, None)


def test_the_password_comes_from_a_file(tmp_path):
    (tmp_path / "word").write_text("a secret\n")
    assert of(tmp_path, **GOOD, USER="yosafe", PASSWORD_FILE=str(tmp_path / "word")).password == "a secret"


@pytest.mark.parametrize(("values", "said"), [
    ({"FROM": ""}, "YOSAFE_SMTP_FROM"),
    ({"FROM": "a@example.org\r\nBcc: b@example.org"}, "YOSAFE_SMTP_FROM"),
    ({"PORT": "smtp"}, "YOSAFE_SMTP_PORT"),
    ({"STARTTLS": "maybe"}, "YOSAFE_SMTP_STARTTLS"),
    ({"USER": "yosafe"}, "YOSAFE_SMTP_PASSWORD"),
    ({"USER": "yosafe", "PASSWORD": "secret", "STARTTLS": "no"}, "not sent in the clear"),
])  # fmt: skip
def test_faults_are_said_with_their_remedy(tmp_path, values, said):
    with pytest.raises(SettingsWrong, match=said) as fault:
        of(tmp_path, **GOOD | values)
    assert "secret" not in str(fault.value)
