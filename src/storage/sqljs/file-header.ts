/** The header of a SQLite file (https://sqlite.org/fileformat2.html#the_database_header). */
export const headerBytes = 100
const magic = 'SQLite format 3\0'

/** Marks the file as ours: "FIMC". */
export const applicationId = 0x46494d43
/** Bytes of the header, from its start. */
const offsets = {
  pageSize: 16,
  changeCounter: 24,
  pageCount: 28,
  userVersion: 60,
  applicationId: 68,
  validFor: 92,
}

/** Whether a file begins as a SQLite database does. */
export function isSqliteFile(start: Buffer): boolean {
  return start.length >= headerBytes && start.toString('latin1', 0, magic.length) === magic
}

/** Whether the first bytes of a file carry this program's mark. */
export function hasOurMark(start: Buffer): boolean {
  return isSqliteFile(start) && start.readUInt32BE(offsets.applicationId) === applicationId
}

/** The sequence inside a snapshot, which is its `pragma user_version`. */
export function readSequence(header: Buffer): number {
  return header.readUInt32BE(offsets.userVersion)
}

/** Size of the file in bytes as its header says; only valid where `statesItsSize`. */
export function readFileSize(header: Buffer): number {
  const pageSize = header.readUInt16BE(offsets.pageSize)
  return header.readUInt32BE(offsets.pageCount) * (pageSize === 1 ? 65_536 : pageSize)
}

/** Whether the page count counts: a program that does not know of it leaves an older change counter beside it. */
export function statesItsSize(header: Buffer): boolean {
  return header.readUInt32BE(offsets.changeCounter) === header.readUInt32BE(offsets.validFor)
}
