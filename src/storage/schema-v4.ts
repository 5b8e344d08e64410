import type { Dialect } from './dialect'

/**
 * What the analyses need of the customers' texts: judging 40,000 conversations anew takes ten seconds. Its rows are
 * written in the background (`text-upkeep.ts`), also those of what is stored already: the migration takes no time.
 */
export function textFiguresSchema({ ddl }: Dialect): string[] {
  return [
    `CREATE TABLE text_figures (
      conversation_ref INTEGER NOT NULL PRIMARY KEY, rules_version INTEGER NOT NULL,
      score INTEGER, first_score INTEGER, last_score INTEGER, has_several INTEGER NOT NULL, terms ${ddl.bytes} NOT NULL
    )`,
  ]
}
