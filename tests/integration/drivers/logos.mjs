// Does what tests/integration/drivers/logo.c does, with the npm packages themselves and the rules of shields.io.
// SIMPLE_ICONS_MODULES names the folder that contains node_modules. With the argument "list", one JSON object of slug and
// title per icon instead.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const require = createRequire(join(resolve(process.env.SIMPLE_ICONS_MODULES), 'node_modules', 'none.js'))
const icons = Object.values(require('simple-icons'))
const svgpath = require('svgpath')
const { svgPathBbox } = require('svg-path-bbox')

// The names and CSS colors that the test uses, as badge-maker writes them.
const COLORS = { blue: '#007ec6', critical: '#dd4343', navy: 'navy', fff: '#fff', '#ABCDEF': '#abcdef', 'rgb(1,2,3)': 'rgb(1,2,3)' }

const byName = new Map()
for (const icon of icons) {
  byName.set(icon.title.toLowerCase().replaceAll(' ', '-'), icon)
}
for (const icon of icons) {
  byName.set(icon.slug, icon)
}

function brandColor({ hex }, style) {
  const [red, green, blue] = [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16))
  const brightness = Number(((299 * red + 587 * green + 114 * blue) / 255000).toFixed(2))
  if (style === 'social') {
    return brightness < 0.6 ? `#${hex}` : '#333'
  }
  return brightness > 0.4 ? `#${hex}` : 'whitesmoke'
}

function draw(name, color, style, size) {
  const icon = byName.get(name.toLowerCase().replaceAll(' ', '-'))
  if (!icon) {
    return 'error: no such logo'
  }
  let { svg } = icon
  let pixels = 14
  if (size === 'auto') {
    const [left, top, right, bottom] = svgPathBbox(icon.path)
    const [width, height] = [right - left, bottom - top]
    pixels = Math.max(1, Math.round(14 * (width / height)))
    if (width !== height) {
      const moved = svgpath(icon.path).translate(-left, -top).round(3)
      svg = svg.replace('0 0 24 24', `0 0 ${width} ${height}`).replace(icon.path, () => moved.toString())
    }
  }
  svg = svg.replace('<svg', `<svg fill="${COLORS[color] ?? brandColor(icon, style)}"`)
  return `${pixels} data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}

if (process.argv[2] === 'list') {
  for (const { slug, title } of icons) {
    console.log(JSON.stringify({ slug, title }))
  }
} else {
  const lines = readFileSync(0, 'utf8').split('\n').slice(0, -1)
  process.stdout.write(lines.map(line => `${draw(...line.split('\t'))}\n`).join(''))
}
