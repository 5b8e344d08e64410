import { type ConversationSentiment, judgeConversation } from './conversation-sentiment'
import { type CustomerWords, matterOf } from './customer-words'
import { extractTopicTerms, type TermCodes } from './topic-terms'

/**
 * Raised whenever the same words would give another sentiment or other terms; what was kept by another version is
 * judged anew.
 */
export const textRulesVersion = 1

/** What the analyses need of a conversation's texts, so that they need not read them. */
export interface TextFigures {
  /** Null when nothing could be judged. */
  sentiment: SentimentScores | null
  terms: TermCodes
}

export interface SentimentScores extends Pick<ConversationSentiment, 'score' | 'first' | 'last'> {
  /** Whether more than one message could be judged: a lone one is no movement. */
  hasSeveral: boolean
}

/** Judges what a customer wrote in one conversation. Pure: the same words always give the same. */
export function judgeWords(words: CustomerWords): TextFigures {
  const sentiment = judgeConversation(words.texts)
  return { sentiment: sentiment && scoresOf(sentiment), terms: extractTopicTerms(matterOf(words)) }
}

function scoresOf({ score, first, last, judged }: ConversationSentiment): SentimentScores {
  return { score, first, last, hasSeveral: judged > 1 }
}
