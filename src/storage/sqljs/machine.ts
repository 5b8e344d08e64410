import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

/** Tells this computer and its present start from others. Empty strings where the system does not say. */
export interface MachineIdentity {
  machineId: string
  bootId: string
}

// The clock may be set between two looks at the start time; two starts within this are taken for one, which at
// worst keeps a dead owner's lock until its process number is looked at.
const startToleranceSeconds = 120

/** Identity of the computer this runs on. Never its name, which changes with the network. */
export function readMachineIdentity(platform: NodeJS.Platform = process.platform): MachineIdentity {
  return { machineId: readMachineId(platform), bootId: readBootId(platform) }
}

/** Whether two boot ids mean the same start of the computer. An unknown one is never the same. */
export function isSameBoot(one: string, other: string): boolean {
  if (one === '' || other === '') return false
  const [started, otherStarted] = [startOf(one), startOf(other)]
  if (started === null || otherStarted === null) return one === other
  return Math.abs(started - otherStarted) <= startToleranceSeconds
}

/** Whether no other computer can have this boot id: a random one of the system, not a start time. */
export function isUniqueBoot(bootId: string): boolean {
  return bootId !== '' && startOf(bootId) === null
}

/** When the process was started, in the system's own unit; empty when gone or not known here. */
export function readProcessStart(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`)
  // Field 22; the name in field 2 may itself hold blanks and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function readMachineId(platform: NodeJS.Platform): string {
  const id = rawMachineId(platform)
  // The systems ask programs not to pass the id itself around.
  return id === '' ? '' : createHash('sha256').update(`fast-intercom-mcp ${id}`).digest('hex').slice(0, 32)
}

function rawMachineId(platform: NodeJS.Platform): string {
  if (platform === 'linux') return readText('/etc/machine-id') || readText('/var/lib/dbus/machine-id')
  if (platform === 'darwin') {
    const registry = output('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'])
    return /"IOPlatformUUID" = "([^"]+)"/.exec(registry)?.[1] ?? ''
  }
  if (platform === 'win32') {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography'
    return /MachineGuid\s+REG_SZ\s+(\S+)/.exec(output('reg', ['query', key, '/v', 'MachineGuid']))?.[1] ?? ''
  }
  return ''
}

function readBootId(platform: NodeJS.Platform): string {
  const id =
    platform === 'linux'
      ? readText('/proc/sys/kernel/random/boot_id')
      : platform === 'darwin'
        ? output('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])
        : ''
  return id === '' ? `started:${Math.round(Date.now() / 1000 - uptime())}` : id
}

function startOf(bootId: string): number | null {
  const seconds = /^started:(\d+)$/.exec(bootId)?.[1]
  return seconds === undefined ? null : Number(seconds)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

function output(command: string, args: string[]): string {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
    return execFileSync(command, args, { encoding: 'utf8', timeout: 2_000, stdio, windowsHide: true }).trim()
  } catch {
    return ''
  }
}
