#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { keepCompiledCode } from './compile-cache'
import { runCommandLine } from './run'

// V8 lets the young generation grow to 48 MB in a burst and seldom gives it back; a server at rest keeps it all day.
// Held at its first size, storing takes about 3 % more processor time (docs/decisions.md).
setFlagsFromString('--semi-space-growth-factor=1')
// While much is stored V8 would let garbage grow to several times what is in use before it collects the old generation.
setFlagsFromString('--heap-growing-percent=50')

// After the flags, since compiled code is used again under the same ones only.
keepCompiledCode(fileURLToPath(new URL('.compile-cache', import.meta.url)))

runCommandLine(process.argv.slice(2))
