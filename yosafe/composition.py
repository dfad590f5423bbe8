"""What features give to pages and lists about one young person. Importing this module fills the registries of `yosafe.people`: the application
and the commands do so. One line for each contribution."""

from yosafe.people import frame, own_sources
from yosafe.people.chronology import register_source
from yosafe.people.subjects import register_subject
from yosafe.welfare import contributions as welfare

for source in own_sources.SOURCES:
    register_source(source)
register_source(welfare.SOURCE)

for section in frame.SECTIONS:
    frame.register_section(section)
frame.register_section(welfare.SECTION)

register_subject(welfare.SUBJECT)
