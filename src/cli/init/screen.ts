import { intro, log, outro } from '@clack/prompts'
import type { Output } from '../output'
import { wrapWords } from '../text-width'

/** How init tells what it found and did, apart from its questions. Everything goes to stderr. */
export interface Screen {
  begin(title: string): void
  /** Something was found or done. */
  done(text: string): void
  /** Something that the person should know of. */
  warn(text: string): void
  /** Lines as they are, such as a difference; they are not broken. */
  lines(lines: readonly string[]): void
  end(title: string, lines: readonly string[]): void
}

// What the guide on the left takes.
const guideColumns = 4

/** Beside a person's questions, in the same frame. */
export function createFramedScreen({ stderr: output }: Pick<Output, 'stderr'>): Screen {
  const wrap = (text: string) =>
    text.split('\n').flatMap((line) => wrapWords(line, (output.columns || 80) - guideColumns))
  return {
    begin: (title) => intro(title, { output }),
    done: (text) => log.step(wrap(text).join('\n'), { output }),
    warn: (text) => log.warn(wrap(text).join('\n'), { output }),
    lines: (lines) => log.message([...lines], { output }),
    end: (title, lines) =>
      outro([title, ...lines.flatMap(wrap).map((line) => `   ${line}`)].join('\n'), { output }),
  }
}

/** Plain lines for a log; brief where a program reads the result. */
export function createPlainScreen({ note }: Pick<Output, 'note'>, { isBrief }: { isBrief: boolean }): Screen {
  return {
    begin() {},
    done: note,
    warn: note,
    lines: (lines) => isBrief || note(lines.join('\n')),
    end: (title, lines) => isBrief || note([title, ...lines].join('\n')),
  }
}
