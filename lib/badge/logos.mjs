// Writes the named logos of the npm package simple-icons (CC0-1.0) as the one file that logo.c reads.
//
//     npm install simple-icons svgpath svg-path-bbox
//     node logos.mjs DIR OUT              DIR contains node_modules with these three
//
// First line: "kube-shields logos 1 simple-icons" and the version. Then one line per name, sorted by the bytes of the
// name, with fields separated by tabs; an icon, or another name of one:
//
//     slug  title  hex  path  size  width  path at the origin
//     name  slug
//
// The title stands as in the icon's SVG, escaped. The last three fields are for logoSize=auto, by the rules of shields.io
// (lib/logos.js, lib/svg-helpers.js): width and height that the path covers; its width in pixels
// when it is 14 high; the path moved to begin at 0 0, or nothing if width and height are equal and it stays in place.

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const BADGE_LOGO_HEIGHT = 14
const ICON = /^<svg role="img" viewBox="0 0 24 24" xmlns="http:\/\/www\.w3\.org\/2000\/svg"><title>(.*)<\/title><path d="(.*)"\/><\/svg>$/

// Names of logos that shields.io once had, and what it takes them for.
const FORMER_NAMES = {
  azuredevops: 'azure-devops',
  eclipse: 'eclipse-ide',
  'gitter-white': 'gitter',
  scrutinizer: 'scrutinizer-ci',
  stackoverflow: 'stack-overflow',
  tfs: 'azure-devops',
  travis: 'travisci',
}

function iconLine({ slug, hex, svg }, { svgpath, svgPathBbox }) {
  const [, title, path] = svg.match(ICON) ?? []
  if (!path) {
    throw new Error(`the SVG of ${slug} has another shape than the others: ${svg.slice(0, 200)}`)
  }
  const [left, top, right, bottom] = svgPathBbox(path)
  const width = right - left
  const height = bottom - top
  const pixels = Math.max(1, Math.round((width / height) * BADGE_LOGO_HEIGHT))
  const moved = width === height ? '' : svgpath(path).translate(-left, -top).round(3).toString()
  return [slug, title, hex, path, `${width} ${height}`, pixels, moved].join('\t')
}

// How a name is looked up: in lower case, with hyphens for spaces. logo.c knows lower case in ASCII only, so a title
// with other letters is listed twice.
function namesOf(title) {
  const hyphens = title.replaceAll(' ', '-')
  return [hyphens.toLowerCase(), hyphens.replace(/[A-Z]/g, letter => letter.toLowerCase())]
}

// Names that are not slugs, each with its slug. A slug is never another icon's name; of two icons with the same title, the
// later has it, as at shields.io.
function otherNames(icons) {
  const slugs = new Set(icons.map(({ slug }) => slug))
  const names = new Map(icons.flatMap(({ title, slug }) => namesOf(title).map(name => [name, slug])))
  for (const [name, target] of Object.entries(FORMER_NAMES)) {
    const slug = slugs.has(target) ? target : names.get(target)
    if (slug) {
      names.set(name, slug)
    }
  }
  return [...names].filter(([name]) => !slugs.has(name))
}

function render(packages) {
  const icons = Object.entries(packages.icons)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, icon]) => icon)
  const lines = [
    ...icons.map(icon => iconLine(icon, packages)),
    ...otherNames(icons).map(([name, slug]) => `${name}\t${slug}`),
  ]
  const keyed = lines.map(line => [Buffer.from(line.slice(0, line.indexOf('\t'))), line])
  keyed.sort(([one], [other]) => Buffer.compare(one, other))
  return `kube-shields logos 1 simple-icons ${packages.version}\n${keyed.map(([, line]) => `${line}\n`).join('')}`
}

function load(directory) {
  const require = createRequire(join(resolve(directory), 'node_modules', 'none.js'))
  const { version } = JSON.parse(readFileSync(join(directory, 'node_modules', 'simple-icons', 'package.json'), 'utf8'))
  return {
    version,
    icons: require('simple-icons'),
    svgpath: require('svgpath'),
    svgPathBbox: require('svg-path-bbox').svgPathBbox,
  }
}

function main([directory, out]) {
  if (!directory || !out) {
    console.error('usage: node logos.mjs DIR OUT')
    return 2
  }
  // A running responder has the old file mapped, and keeps all of it.
  writeFileSync(`${out}.new`, render(load(directory)))
  renameSync(`${out}.new`, out)
  return 0
}

process.exitCode = main(process.argv.slice(2))
