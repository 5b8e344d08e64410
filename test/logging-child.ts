// Writes numbered entries into a log that other processes write into too.
import { createLogger } from '../src/logger'

const [file = '', name = '', count = '0', maxFileBytes = '0'] = process.argv.slice(2)
const logger = createLogger({
  level: 'info',
  stderrLevel: 'error',
  file,
  secrets: [],
  maxFileBytes: Number(maxFileBytes),
})
for (let entry = 0; entry < Number(count); entry++) logger.info(`${name} ${entry}`, { pad: 'x'.repeat(60) })
