"""What features give to pages and lists about one young person. Importing this module fills the registries of `yosafe.people`: the application
and the commands do so. One line for each contribution."""

from yosafe.people import frame, own_sources
from yosafe.people.chronology import register_source

for source in own_sources.SOURCES:
    register_source(source)

for section in frame.SECTIONS:
    frame.register_section(section)
