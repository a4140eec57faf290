import { PreTrainedTokenizer } from '@huggingface/transformers'
import type { TokenizerReply, TokenizerRequest } from './tokenizerMessages.ts'

type Encoded = { input_ids: unknown[]; token_type_ids?: unknown[] }

const isId = (id: unknown): id is number => Number.isSafeInteger(id) && Number(id) >= 0

/** Does what a request asks with the tokenizer that it brings; every fault is the tokenizer's. */
export function answerTokenizer(request: TokenizerRequest): TokenizerReply {
  try {
    const config = request.config === undefined ? {} : readJson(request.config)
    const tokenizer = new PreTrainedTokenizer(readJson(request.tokenizer), config)
    return request.kind === 'encode' ? encode(tokenizer, request) : decode(tokenizer, request)
  } catch (cause) {
    return { kind: 'invalid', reason: String(cause instanceof Error ? cause.message : cause).slice(0, 512) }
  }
}

function readJson(text: string): object {
  const json: unknown = JSON.parse(text)
  return typeof json === 'object' && json !== null ? json : {}
}

function encode(
  tokenizer: PreTrainedTokenizer,
  { texts, addSpecialTokens }: Extract<TokenizerRequest, { kind: 'encode' }>,
): TokenizerReply {
  const encoded: { ids: number[]; types: number[] }[] = []
  for (const text of texts) {
    const { input_ids: ids, token_type_ids: types = [] } = tokenizer(text, {
      add_special_tokens: addSpecialTokens,
      return_token_type_ids: true,
      return_tensor: false,
    }) as Encoded
    if (!ids.every(isId)) return { kind: 'invalid', reason: 'it has no id for a part of the text' }
    encoded.push({ ids, types: ids.map((_, index) => (isId(types[index]) ? types[index] : 0)) })
  }
  const { pad_token_id: padId, padding_side: side } = tokenizer
  return {
    kind: 'encoded',
    texts: encoded,
    padId: isId(padId) ? padId : 0,
    padSide: side === 'left' ? 'left' : 'right',
  }
}

function decode(
  tokenizer: PreTrainedTokenizer,
  { ids, skipSpecialTokens }: Extract<TokenizerRequest, { kind: 'decode' }>,
): TokenizerReply {
  if (ids.length === 0) return { kind: 'decoded', text: '' }
  return { kind: 'decoded', text: tokenizer.decode(ids, { skip_special_tokens: skipSpecialTokens }) }
}
