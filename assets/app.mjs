// What the pages do when a script can run. Every page works without it.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink, createAll
} from 'govuk-frontend'
import { Alert, DatePicker, SortableTable } from '@ministryofjustice/frontend'

const COMPONENTS = [
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink,
  Alert, DatePicker, SortableTable
]
for (const component of COMPONENTS) createAll(component)

// The filters of a list start folded away where they would push the list off a narrow screen
for (const filter of document.querySelectorAll('.ys-filter')) {
  const toggle = filter.querySelector('.ys-filter__toggle')
  const show = (open) => {
    filter.classList.toggle('ys-filter--folded', !open)
    toggle.setAttribute('aria-expanded', String(open))
    toggle.textContent = open ? 'Hide filters' : 'Show filters'
  }
  toggle.hidden = false
  toggle.addEventListener('click', () => show(toggle.getAttribute('aria-expanded') !== 'true'))
  show(false)
}

for (const button of document.querySelectorAll('[data-ys-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
