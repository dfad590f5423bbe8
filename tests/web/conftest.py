import pytest

from yosafe.settings import read
from yosafe.web.templating import environment


@pytest.fixture(scope="session")
def jinja(tmp_path_factory):
    return environment(read({"YOSAFE_HOME": str(tmp_path_factory.mktemp("home"))}))


@pytest.fixture
def render(jinja):
    """Renders a snippet of template with what is given."""
    return lambda source, **context: jinja.from_string(source).render(**context)
