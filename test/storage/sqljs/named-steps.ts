import type { FileEvent } from './watched-files'

/** One file operation to wait for. */
interface Awaited {
  moment: FileEvent['moment']
  operation: string
  path: RegExp
}

/** What the files must be like before the process starts, so that it comes to the step. */
export type Preparation = 'a store' | 'a torn tail' | 'a damaged journal' | 'a damaged snapshot' | 'no store'

export interface NamedStep {
  /** Operations in this order, others between them; at the last one the process stops and is killed. */
  reached: readonly Awaited[]
  preparation: Preparation
  /** Reached while opening rather than while writing. */
  opening?: boolean
  /** The process closes the store and frees the lock after some batches. */
  closes?: boolean
  /** The step is no file operation: the process goes on after it has announced it. */
  goesOn?: boolean
}

const journal = /\.journal\.\d+$/
const lock = /\.lock\.\d+$/
const temporaryLock = /\.lock\..*\.tmp$/
const temporarySnapshot = /\.snapshot\..*\.tmp$/
const aside = /\.damaged-[^/\\]*$/
const database = /data\.db$/
const anywhere = /./

const before = (operation: string, path: RegExp): Awaited => ({ moment: 'before', operation, path })
const during = (operation: string, path: RegExp): Awaited => ({ moment: 'during', operation, path })
const after = (operation: string, path: RegExp): Awaited => ({ moment: 'after', operation, path })

const writing = (...reached: Awaited[]): NamedStep => ({ reached, preparation: 'a store' })
const opening = (preparation: Preparation, ...reached: Awaited[]): NamedStep => ({
  reached,
  preparation,
  opening: true,
})
const closing = (...reached: Awaited[]): NamedStep => ({ reached, preparation: 'a store', closes: true })

// The look at the size and at the lock are the last things that happen to files before COMMIT.
const synced = [before('append', journal), after('syncData', journal)]
const renamed = [after('create', temporarySnapshot), after('rename', database)]

/** Every step between which a crash makes a difference. */
export const namedSteps: Record<string, NamedStep> = {
  'commit: after BEGIN, before the append': writing(before('append', journal)),
  'commit: half of the record appended': writing(during('append', journal)),
  'commit: appended, before the sync': writing(after('append', journal)),
  'commit: synced, before the growth check': writing(...synced),
  'commit: growth checked, before the lock is looked at': writing(...synced, after('size', journal)),
  'commit: before COMMIT': writing(...synced, after('size', journal), after('read', lock)),
  'commit: after COMMIT, before the acknowledgement': writing(after('acknowledge', anywhere)),

  'snapshot: new journal half written': writing(during('create', journal)),
  'snapshot: new journal created': writing(after('create', journal)),
  'snapshot: new journal synced': writing(after('create', journal), after('sync', journal)),
  'snapshot: exported': writing(after('create', journal), before('create', temporarySnapshot)),
  'snapshot: temporary file half written': writing(during('create', temporarySnapshot)),
  'snapshot: temporary file written': writing(after('create', temporarySnapshot)),
  'snapshot: temporary file synced': writing(after('sync', temporarySnapshot)),
  'snapshot: before the rename': writing(before('rename', database)),
  'snapshot: renamed, before the sync of the folder': writing(...renamed, before('syncFolder', anywhere)),
  'snapshot: folder synced': writing(...renamed, after('syncFolder', anywhere)),
  'snapshot: before the old journal is deleted': writing(...renamed, before('remove', journal)),
  'snapshot: old journal deleted': writing(...renamed, after('remove', journal)),
  'snapshot at the end: before the rename': closing(before('release', anywhere), before('rename', database)),

  'open: first snapshot of a new store': opening('no store', before('rename', database)),
  'open: during replay': { ...opening('a store', after('read', journal)), goesOn: true },
  'open: before a torn tail is cut': opening('a torn tail', before('truncate', journal)),
  'open: torn tail cut': opening('a torn tail', after('truncate', journal)),
  'open: before a damaged snapshot is set aside': opening('a damaged snapshot', before('rename', aside)),
  'open: damaged snapshot set aside, folder not synced': opening(
    'a damaged snapshot',
    after('rename', aside),
  ),
  'open: journal of a damaged snapshot set aside': opening(
    'a damaged snapshot',
    after('rename', aside),
    after('rename', aside),
  ),
  'open: new store beside a damaged one': opening(
    'a damaged snapshot',
    after('rename', aside),
    before('rename', database),
  ),
  'open: half of a damaged journal copied': opening('a damaged journal', during('create', aside)),
  'open: damaged journal copied, not synced': opening('a damaged journal', after('create', aside)),
  'open: damaged journal copied, before it is cut': opening(
    'a damaged journal',
    after('create', aside),
    before('truncate', journal),
  ),

  'lock: temporary file half written': opening('a store', during('create', temporaryLock)),
  'lock: between temporary file and link': opening('a store', before('link', lock)),
  'lock: linked': opening('a store', after('link', lock)),
  'lock: before the older one is removed': opening('a store', after('link', lock), before('remove', lock)),
  'lock: before it is freed': closing(before('release', anywhere), before('rename', lock)),
  'lock: freed': closing(before('release', anywhere), after('rename', lock)),
}

/** Calls `reach` when the operations of `step` have been seen in their order, and at every later such moment. */
export function followStep(step: NamedStep, reach: () => void): (event: FileEvent) => void {
  let seen = 0
  return (event) => {
    const next = step.reached[seen]
    if (next === undefined || !matches(next, event)) return
    seen++
    if (seen === step.reached.length) reach()
  }
}

function matches({ moment, operation, path }: Awaited, event: FileEvent): boolean {
  return moment === event.moment && operation === event.operation && path.test(event.path)
}
