import { randomInt } from 'node:crypto'

const words =
  'amber anchor apple april basin beacon birch bronze canyon castle cedar cherry cloud copper coral cotton dawn delta desert ember falcon fern forest garden granite harbor hazel honey island jade juniper lantern lemon linen lotus maple marble meadow mint moon morning nectar north ocean olive orchard pepper pine planet quartz raven river saffron sand shadow silver spruce stone summer temple thunder timber valley velvet violet walnut water winter'.split(
    ' ',
  )

const pick = () => words[randomInt(words.length)] ?? 'dim'

/** A line that nobody knew before: two words and a number. */
export const randomText = (): string => `${pick()} ${pick()} ${randomInt(100, 1000)}`
