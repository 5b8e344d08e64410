import type { Dialect, IndexSide } from './dialect'
import type { SqlReader } from './driver'
import { fixedQuery, readAll } from './statements'

/**
 * Which full-text index answers and which one is being built, from store_meta.
 *
 * ```
 *   active a ──rebuild begins──▶ active a, building b ──a slice per write──▶ … ──last slice──▶ active b
 *            (many dead documents,                     changes go to both,
 *             or another tokenizer)                    b takes those it has passed
 * ```
 */
export interface IndexState {
  active: IndexSide
  building: { side: IndexSide; afterRef: number; tokenizerVersion: number } | null
  /** Tokenizer of the active index. */
  tokenizerVersion: number
  nextDocid: Record<IndexSide, number>
  /** Dead documents of the active index that held no more than an opening message: many, and hardly any weight. */
  deadOpenings: number
}

/** Keys of store_meta. */
export const indexMeta = {
  active: 'search_active',
  building: 'search_building',
  nextDocid: (side: IndexSide) => `search_next_docid_${side}`,
  deadOpenings: (side: IndexSide) => `search_dead_openings_${side}`,
  tokenizerVersion: 'tokenizer_version',
} as const

const allMeta = fixedQuery(({ db }) => db.selectFrom('store_meta').selectAll().compile())

/** The state as the last write left it. */
export async function readIndexState(reader: SqlReader, dialect: Dialect): Promise<IndexState> {
  const rows = await readAll(reader, allMeta(dialect))
  const meta = new Map(rows.map(({ key, value }) => [key, value]))
  const building = meta.get(indexMeta.building)
  const active = meta.get(indexMeta.active) === 'b' ? 'b' : 'a'
  return {
    active,
    building: building === undefined ? null : (JSON.parse(building) as IndexState['building']),
    tokenizerVersion: Number(meta.get(indexMeta.tokenizerVersion) ?? 0),
    nextDocid: {
      a: Number(meta.get(indexMeta.nextDocid('a')) ?? 1),
      b: Number(meta.get(indexMeta.nextDocid('b')) ?? 1),
    },
    deadOpenings: Number(meta.get(indexMeta.deadOpenings(active)) ?? 0),
  }
}

/** The other one. */
export function otherSide(side: IndexSide): IndexSide {
  return side === 'a' ? 'b' : 'a'
}
