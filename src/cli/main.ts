#!/usr/bin/env node
import { runCommandLine } from './run'

runCommandLine(process.argv.slice(2))
