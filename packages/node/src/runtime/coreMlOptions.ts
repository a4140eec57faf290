/** Bits of the engine's `coreMlFlags`; at most one of the three that name units may be set. */
const unitFlags = { all: 0, cpu: 0x01, ane: 0x04, gpu: 0x20 } as const
const traitFlags = { subgraphs: 0x02, static: 0x08, program: 0x10 } as const

type Unit = keyof typeof unitFlags
type Trait = keyof typeof traitFlags

const units = Object.keys(unitFlags) as readonly Unit[]
const traits = Object.keys(traitFlags) as readonly Trait[]

const toName = (unit: Unit, chosen: readonly Trait[]): string => [unit, ...chosen].join('+')

const toFlags = (unit: Unit, chosen: readonly Trait[]): number =>
  chosen.reduce((flags, trait) => flags | traitFlags[trait], unitFlags[unit] as number)

const subsets = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((_item, at) => (bits >> at) & 1))

/** Every set of flags that CoreML accepts, by a name such as `gpu+subgraphs+program`. */
export const coreMlFlagSets: ReadonlyMap<string, number> = new Map(
  units.flatMap((unit) =>
    subsets(traits).map((chosen) => [toName(unit, chosen), toFlags(unit, chosen)] as const),
  ),
)

/**
 * Those that models are tried on, in this order: all units with the newer format first, then without the Neural Engine, whose
 * numbers have half the width, then the older format, then CoreML on the processor.
 */
export const servedCoreMlSets: readonly string[] = [
  'all+subgraphs+program',
  'all+program',
  'gpu+subgraphs+program',
  'all+subgraphs',
  'gpu+subgraphs',
  'cpu+subgraphs+program',
]
