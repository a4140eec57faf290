import { randomInt } from 'node:crypto'

/** Words that the line reader reads without fault in the bundled font; a test reads every one. */
export const readableWords = [
  ...[
    'anchor',
    'amber',
    'autumn',
    'bamboo',
    'bridge',
    'butter',
    'candle',
    'canyon',
    'castle',
    'cedar',
    'copper',
  ],
  ...[
    'coral',
    'desert',
    'dragon',
    'eagle',
    'engine',
    'feather',
    'forest',
    'garden',
    'ginger',
    'granite',
    'hammer',
  ],
  ...[
    'harbour',
    'honey',
    'island',
    'jasmine',
    'kernel',
    'ladder',
    'lemon',
    'marble',
    'meadow',
    'mirror',
    'morning',
  ],
  ...[
    'museum',
    'nature',
    'number',
    'ocean',
    'orange',
    'orchard',
    'paper',
    'pepper',
    'planet',
    'pocket',
    'quartz',
  ],
  ...[
    'rabbit',
    'river',
    'rocket',
    'saddle',
    'salmon',
    'shadow',
    'silver',
    'spring',
    'stone',
    'summer',
    'thunder',
  ],
  ...['timber', 'tunnel', 'umbrella', 'valley', 'velvet', 'winter', 'wonder', 'yellow', 'zebra'],
] as const

/** Two words at random, so that nobody can have prepared the answer. */
export function randomReadableText(): string {
  const word = () => readableWords[randomInt(readableWords.length)]
  return `${word()} ${word()}`
}
