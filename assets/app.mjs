// What the pages do when a script can run. Every page works without it.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink, createAll
} from 'govuk-frontend'
import { Alert, DatePicker, SortableTable } from '@ministryofjustice/frontend'

// Cells hold links, tags and days: a cell goes by the value it is given, else by its day, else by its words
class SortableList extends SortableTable {
  getCellValue (cell) {
    const value = cell.dataset.sortValue ?? cell.querySelector('time')?.dateTime ?? cell.textContent.trim()
    const number = value === '' ? NaN : Number(value.replaceAll(',', ''))
    return Number.isNaN(number) ? value : number
  }
}

const COMPONENTS = [
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink,
  Alert, DatePicker, SortableList
]
for (const component of COMPONENTS) createAll(component)

// Where there is room the filters of a list stand open beside it
if (window.matchMedia('(min-width: 48.0625em)').matches) {
  for (const filter of document.querySelectorAll('.ys-filter')) filter.open = true
}

for (const button of document.querySelectorAll('[data-ys-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
