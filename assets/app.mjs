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

// What belongs to a figure goes on paper with it, and is folded away again afterwards
window.addEventListener('beforeprint', () => {
  for (const folded of document.querySelectorAll('details[data-ys-on-paper]:not([open])')) {
    folded.open = true
    window.addEventListener('afterprint', () => { folded.open = false }, { once: true })
  }
})

// On a body map the place is chosen by pointing at the figure as well: it sets the list, which stays what is sent. By keyboard the figure is one stop;
// arrows go from place to place
for (const map of document.querySelectorAll('[data-ys-body-map]')) {
  const list = document.getElementById(map.dataset.ysBodyMap)
  const places = [...map.querySelectorAll('[data-ys-region]')]
  const show = () => {
    const chosen = places.find(place => place.dataset.ysRegion === list.value)
    for (const place of places) {
      place.setAttribute('aria-checked', String(place === chosen))
      place.setAttribute('tabindex', place === (chosen ?? places[0]) ? '0' : '-1')
    }
  }
  const choose = place => {
    list.value = place.dataset.ysRegion
    show()
  }
  map.setAttribute('role', 'radiogroup')
  for (const svg of map.querySelectorAll('svg')) svg.setAttribute('role', 'group')
  places.forEach((place, at) => {
    place.setAttribute('role', 'radio')
    place.setAttribute('aria-label', place.dataset.ysName)
    place.addEventListener('click', () => choose(place))
    place.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      if (!step && event.key !== ' ' && event.key !== 'Enter') return
      event.preventDefault()
      const there = step ? places[(at + step + places.length) % places.length] : place
      choose(there)
      there.focus()
    })
  })
  list.addEventListener('change', show)
  show()
  for (const hint of document.querySelectorAll('[data-ys-body-hint]')) hint.hidden = false
}
