import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packageRoot, readPackageManifest } from '../package-manifest'
import { packBundle } from './bundle'

const manifest = readPackageManifest()
const file = resolve(process.argv[2] ?? join(packageRoot, `${manifest.name}-${manifest.version}.mcpb`))
await packBundle({ manifest, builtFolder: join(packageRoot, 'dist'), file })
process.stdout.write(`${file}, ${Math.round(statSync(file).size / 1000)} kB\n`)
