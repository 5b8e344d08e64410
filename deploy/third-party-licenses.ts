import type { BundledPackage } from './bundled-packages'

/** Licences that allow shipping inside a program under the MIT licence, provided that their text goes with it. */
const allowedLicenses = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']

/**
 * The notices that are shipped with the program: each package with its version, licence and the text of it. Throws
 * when a licence is none of the allowed ones, so that no build carries it.
 */
export function formatLicenses(packages: readonly BundledPackage[]): string {
  const refused = packages.filter(({ license }) => !allowedLicenses.includes(license))
  if (refused.length > 0) {
    const named = refused.map(({ name, license }) => `${name} (${license})`).join(', ')
    throw new Error(`Licences that are not allowed in the bundle: ${named}.`)
  }
  const sections = packages.map(
    ({ name, version, license, text }) => `${name} ${version}\nLicence: ${license}\n\n${text}`,
  )
  return `${[introduction, ...sections, insideWasm].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

const introduction = `fast-intercom-mcp contains code of the packages below. Each stays under its own licence.`

/** No package says so: what is compiled into the WebAssembly that sql.js brings. */
const insideWasm = `sql-wasm.wasm, of sql.js, contains:

SQLite
Its authors have dedicated it to the public domain: https://www.sqlite.org/copyright.html

Parts of Emscripten's run-time library
Licence: MIT
Copyright (c) 2010-2014 Emscripten authors

Parts of the C library musl
Licence: MIT
Copyright (c) 2005-2020 Rich Felker, et al.

Both under these terms:

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
