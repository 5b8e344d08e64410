import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { uptime } from 'node:os'

/** Tells this computer and its present start from others. Empty strings where the system does not say. */
export interface MachineIdentity {
  machineId: string
  bootId: string
  /** Within which process numbers mean something: containers of one computer count theirs apart. */
  pidSpace: string
}

// The clock may be set between two looks at the start time; two starts within this are taken for one, which at
// worst keeps a dead owner's lock until its process number is looked at.
const startToleranceSeconds = 120

/** Runs a program of the system and returns what it printed, trimmed; empty when it failed. */
export type RunSystemProgram = (command: string, args: string[]) => string

/** Identity of the computer this runs on. Never its name, which changes with the network. */
export function readMachineIdentity(platform: NodeJS.Platform = process.platform): MachineIdentity {
  return {
    machineId: readMachineId(platform),
    bootId: readBootId(platform),
    pidSpace: readPidSpace(platform),
  }
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

/** When this process was started; see readProcessStart. */
export function readOwnStart(
  platform: NodeJS.Platform = process.platform,
  run: RunSystemProgram = output,
): string {
  // Asking Windows takes half a second, which every start would have to wait for.
  if (platform === 'win32') return `started:${Math.round(Date.now() / 1000 - process.uptime())}`
  return readProcessStart(process.pid, platform, run)
}

/**
 * When a process was started, in the system's own words, so that a number that is in use again is not taken for the
 * process that had it before. Empty when it is gone, has ended and only waits to be noticed by its parent, or the
 * system does not say.
 */
export function readProcessStart(
  pid: number,
  platform: NodeJS.Platform = process.platform,
  run: RunSystemProgram = output,
): string {
  if (platform === 'linux') return hasEnded(pid) ? '' : (statFields(pid)[19] ?? '')
  if (platform === 'darwin') {
    // Compared as text, so that it must read the same whatever the person's language and timezone.
    return run('/usr/bin/env', ['LC_ALL=C', 'TZ=UTC', '/bin/ps', '-o', 'lstart=', '-p', String(pid)])
  }
  if (platform !== 'win32') return ''
  const script = `[DateTimeOffset]::new((Get-Process -Id ${pid}).StartTime).ToUnixTimeSeconds()`
  const seconds = run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script])
  return /^\d+$/.test(seconds) ? `started:${seconds}` : ''
}

/** Whether two starts are of the same process. An unknown one may be any process's. */
export function isSameStart(one: string, other: string): boolean {
  return one === '' || other === '' || one === other || isSameBoot(one, other)
}

/** Whether a process has ended and is only listed until its parent takes note; Linux alone shows it here. */
export function hasEnded(pid: number): boolean {
  const state = statFields(pid)[0]
  return state === 'Z' || state === 'X'
}

// The fields behind the name, which may itself hold blanks and brackets: the state, and at 19 the start.
function statFields(pid: number): string[] {
  const stat = readText(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function readPidSpace(platform: NodeJS.Platform): string {
  if (platform !== 'linux') return ''
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
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
    return execFileSync(command, args, { encoding: 'utf8', timeout: 5_000, stdio, windowsHide: true }).trim()
  } catch {
    return ''
  }
}
