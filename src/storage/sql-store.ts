import { setImmediate as nextTurn } from 'node:timers/promises'
import { StorageError, type StorageErrorKind } from '../domain/errors'
import { planChange, tokenHashKey } from './apply-change'
import { readConversations, readHits, readMessages } from './conversation-reads'
import type { Dialect } from './dialect'
import type { SqlDriver } from './driver'
import { readFigures } from './figures'
import { createIndexMerging } from './index-merging'
import { readIndexState } from './index-state'
import { rebuildSearchIndex } from './index-upkeep'
import { createLivingDocuments } from './living-documents'
import { readSchemaVersion } from './migrations'
import type {
  AppliedChange,
  FigureConditions,
  FigureName,
  Store,
  StoreChange,
  StoreDescription,
} from './port'
import { readConversationIds, readCustomerEmails } from './prefix-reads'
import type { RankLimits } from './rank-matches'
import { createRecentTexts } from './recent-texts'
import { rememberUntilChange } from './remembered'
import { countActiveOlder, searchConversations } from './search-conversations'
import { findDamage } from './store-check'
import {
  readAdmins,
  readAllTags,
  readContact,
  readCounts,
  readMetaValue,
  readOwedThreads,
  readPendingCount,
  readPendingThreads,
  readSyncRuns,
  readSyncState,
  readTeams,
  readUnknownContacts,
  readVersions,
  readWorkspace,
} from './store-reads'
import { readPickedMessages, readTexts } from './text-reads'
import { createTextUpkeep, type TextUpkeepOptions } from './text-upkeep'
import { createWriters } from './writers'

export interface SqlStoreOptions {
  /**
   * Told when keeping the search index tidy, or judging texts, fails. Answers go on with what there is, and the next
   * change tries again.
   */
  onUpkeepError?: (error: unknown) => void
  /** Waits between two pieces of work in the background, shorter when the signal is aborted. */
  sleep?: TextUpkeepOptions['sleep']
  /** What the engine warns of at this size; see `StoreDescription.warnings`. */
  warnings?: (sizes: { snapshotBytes: number; journalBytes: number }) => string[] | Promise<string[]>
  /** Where ranking stops; the usual limits when absent. */
  rankLimits?: RankLimits
}

/** A Store that also looks after itself without being asked by a change. */
export interface SqlStore extends Store {
  /**
   * Rebuilds the index in the background where that is due (see `rebuildSearchIndex`), and judges what customers wrote
   * where that has not been done (see `createTextUpkeep`).
   */
  startUpkeep(): void
  /** Resolves when nothing more is to be done in the background, or it has failed. */
  upkeepDone(): Promise<void>
}

/** Failures that go on until somebody does something about them. */
const lastingKinds: ReadonlySet<StorageErrorKind> = new Set(['disk_full', 'io', 'read_only', 'out_of_memory'])

/** The Store on top of a SQL engine whose schema is up to date. Closing it closes the driver. */
export function createSqlStore(driver: SqlDriver, dialect: Dialect, options: SqlStoreOptions = {}): SqlStore {
  const writers = createWriters(dialect.db)
  const documents = createLivingDocuments(driver, dialect)
  const indexState = rememberUntilChange(driver, () => readIndexState(driver, dialect))
  const workspace = rememberUntilChange(driver, () => readWorkspace(driver, dialect))
  const recentTexts = createRecentTexts(driver, dialect)
  const stopping = new AbortController()
  const onUpkeepError = options.onUpkeepError ?? (() => {})
  let applying = 0
  const tools = { driver, dialect, writers, documents }
  const whenIdle = { isBusy: () => applying > 0, onError: onUpkeepError, sleep: options.sleep }
  const texts = createTextUpkeep(tools, whenIdle)
  const merging = createIndexMerging(tools, whenIdle)
  let upkeep: Promise<void> | null = null
  let closing: Promise<void> | null = null
  /** Why the last change could not be stored; null since one could. */
  let failure: StorageError | null = null

  const requireOpen = (): void => {
    if (closing !== null) throw new StorageError('io', 'The store is closed.')
  }

  const startIndexUpkeep = (): void => {
    if (upkeep !== null || closing !== null) return
    upkeep = rebuildSearchIndex(tools, { signal: stopping.signal })
      .then(() => merging.start(), onUpkeepError)
      .finally(() => {
        upkeep = null
      })
  }

  const apply = async (change: StoreChange): Promise<AppliedChange> => {
    requireOpen()
    let applied: AppliedChange = { conversations: 0, messages: 0 }
    let leavesUnjudged = false
    applying += 1
    try {
      await documents.write(async (reader) => {
        // Writes that wait for one another come in one go; answers get their turn before each and before its commit.
        await nextTurn()
        const plan = await planChange(reader, { dialect, writers }, change)
        applied = plan.applied
        leavesUnjudged = plan.leavesUnjudged
        if (plan.statements.length > 0) await nextTurn()
        return plan
      })
      failure = null
    } catch (error) {
      if (error instanceof StorageError && lastingKinds.has(error.kind)) failure = error
      throw error
    } finally {
      applying -= 1
    }
    if (applied.conversations > 0) startIndexUpkeep()
    if (leavesUnjudged && closing === null) texts.start()
    return applied
  }

  /**
   * A read of several queries is repeated when a change was committed between them, also when it failed because of
   * that: a rebuild that ends takes the index away that a search had begun on.
   */
  const read = async <Result>(
    query: (driver: SqlDriver, dialect: Dialect) => Promise<Result>,
  ): Promise<Result> => {
    requireOpen()
    for (;;) {
      const before = driver.generation
      try {
        const result = await query(driver, dialect)
        if (driver.generation === before) return result
      } catch (error) {
        if (driver.generation === before) throw error
        requireOpen()
      }
    }
  }

  /** Conversations that are not judged yet are judged behind the read, which changes would have repeated. */
  const listFigures: Store['listFigures'] = async <Name extends FigureName>(
    conditions: FigureConditions,
    names: readonly Name[],
  ) => {
    const found = await read((from) => readFigures(from, dialect, conditions, names))
    return found.completeWith(texts)
  }

  const describe = async (): Promise<StoreDescription> => {
    requireOpen()
    const { path, storeId } = driver
    const schemaVersion = await readSchemaVersion(driver)
    const [sizes, damagedFile] = await Promise.all([driver.sizes(), driver.damagedFile()])
    const warnings = [
      ...(failure ? [describeFailure(failure)] : []),
      ...((await options.warnings?.(sizes)) ?? []),
    ]
    return { engine: dialect.engine, path, storeId, schemaVersion, ...sizes, damagedFile, warnings }
  }

  const close = async (): Promise<void> => {
    stopping.abort()
    await Promise.all([upkeep, texts.stop(), merging.stop()])
    await driver.close()
  }

  return {
    apply,
    startUpkeep: () => {
      startIndexUpkeep()
      if (closing === null) texts.start()
    },
    upkeepDone: async () => {
      await Promise.all([upkeep, texts.settled()])
      await merging.settled()
    },
    describe,
    getWorkspace: () => read(workspace),
    getTokenHash: () => read((from) => readMetaValue(from, dialect, tokenHashKey)),
    getSyncState: () => read(readSyncState),
    listSyncRuns: (limit) => read((from) => readSyncRuns(from, dialect, limit)),
    listOwedThreads: () => read(readOwedThreads),
    getCounts: () => read(readCounts),
    getVersions: (ids) => read((from) => readVersions(from, dialect, ids)),
    listPendingThreads: (request) => read((from) => readPendingThreads(from, dialect, request)),
    countPendingThreads: (timeframe) => read((from) => readPendingCount(from, dialect, timeframe)),
    searchConversations: (search) =>
      read((from) =>
        searchConversations(
          from,
          dialect,
          { documents, texts: recentTexts, indexState },
          search,
          options.rankLimits,
        ),
      ),
    countActiveOlder: (search) =>
      read((from) => countActiveOlder(from, dialect, { documents, indexState }, search)),
    listFigures,
    getConversations: (ids) => read((from) => readConversations(from, dialect, ids)),
    getHits: (ids) => read((from) => readHits(from, dialect, ids)),
    pickMessages: (ids, pick) =>
      read((from) => readPickedMessages(from, dialect, recentTexts, { ids, pick })),
    getTexts: (ids) => read((from) => readTexts(from, dialect, ids)),
    getMessages: (ids) => read((from) => readMessages(from, dialect, ids)),
    getContact: (id) => read((from) => readContact(from, dialect, id)),
    listCustomerEmails: (request) => read((from) => readCustomerEmails(from, dialect, request)),
    listConversationIds: (request) => read((from) => readConversationIds(from, dialect, request)),
    listUnknownContacts: () => read(readUnknownContacts),
    listAdmins: () => read(readAdmins),
    listTeams: () => read(readTeams),
    listTags: () => read(readAllTags),
    get generation() {
      return driver.generation
    },
    writeSnapshot: async (file) => {
      requireOpen()
      return driver.writeSnapshot(file)
    },
    findDamage: async (signal) => {
      requireOpen()
      // Not by `read`: each statement stands alone, and a sync would have the whole of it repeated again and again.
      return findDamage(driver, dialect, signal)
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function describeFailure({ message, hint }: StorageError): string {
  return `The last change could not be stored: ${message}${hint === undefined ? '' : ` ${hint}`}`
}
