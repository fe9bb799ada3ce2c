// Does what tests/integration/drivers/badge.c does, with the npm package badge-maker. BADGE_MAKER_MODULES names the
// folder that contains node_modules. The first line of output is this Node's version of Unicode.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const library = join(process.env.BADGE_MAKER_MODULES, 'node_modules', 'badge-maker', 'lib')
const load = file => import(pathToFileURL(join(library, file)))
const { makeBadge } = await load('index.js')
// makeBadge takes no logoWidth; the function below it does.
const { default: makeBadgeInside } = await load('make-badge.js')

function draw({ logoWidth, ...format }) {
  if (logoWidth === undefined) {
    return makeBadge(format)
  }
  const { logoBase64: logo, label = '', ...rest } = format
  return makeBadgeInside({ logo, label, logoWidth, ...rest })
}

const output = [process.versions.unicode]
for (const line of readFileSync(0, 'utf8').split('\n').slice(0, -1)) {
  try {
    output.push(draw(JSON.parse(line)))
  } catch (error) {
    output.push(`error: ${error.message}`)
  }
}
process.stdout.write(output.join('\n') + '\n')
