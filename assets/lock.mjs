// Copies the icons that the stylesheet names, and writes down what was built from what (static/assets.lock.json), so that a test can tell a hand edit or a forgotten build.
import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'

const OUT = '../yosafe/web/static'
const MOJ_IMAGES = 'node_modules/@ministryofjustice/frontend/moj/assets/images'
const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')
const fingerprints = (root, paths) => Object.fromEntries(paths.sort().map((path) => [path, sha256(`${root}/${path}`)]))

const icons = [...readFileSync(`${OUT}/css/yosafe.css`, 'utf8').matchAll(/\.\.\/images\/([\w-]+\.svg)/g)].map((match) => match[1])
for (const icon of new Set(icons)) copyFileSync(`${MOJ_IMAGES}/${icon}`, `${OUT}/images/${icon}`)

const built = ['css', 'js', 'images'].flatMap((folder) => readdirSync(`${OUT}/${folder}`).map((name) => `${folder}/${name}`))
const sources = ['app.mjs', 'package.json', 'package-lock.json', 'yosafe.scss', 'images/favicon.svg', ...readdirSync('scss').map((name) => `scss/${name}`)]
const { devDependencies: npm } = JSON.parse(readFileSync('package.json', 'utf8'))
writeFileSync(`${OUT}/assets.lock.json`, `${JSON.stringify({ npm, sources: fingerprints('.', sources), files: fingerprints(OUT, built) }, null, 2)}\n`)
