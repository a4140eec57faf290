import type { Address, Hex } from 'viem'
import type { CabinetQuery } from '../messages/cabinetQuery.ts'
import type * as ModelManifest from '../messages/modelManifest.ts'
import type { TensorSet } from '../messages/tensors/types.ts'
import type { JobOptions } from './jobOptions.ts'

/** The model: its key, or its manifest if that is at hand. */
type ModelChoice =
  | { modelKey: Hex; manifest?: ModelManifest.ModelManifest | undefined }
  | { manifest: ModelManifest.ModelManifest; modelKey?: undefined }

export type RunJobParameters = JobOptions &
  ModelChoice & {
    /** By the names of the manifest; inputs with a default may be left out. */
    inputs: TensorSet
    /** Runs the model over rows of a data set of the provider; `inputs` is then empty, the outputs are the answers. */
    cabinet?: CabinetQuery | undefined
    /** Most that the job may cost, in USDC 1e-6. */
    maxPriceUsdc: bigint
    /** Longest that a silent provider may keep the money, in seconds of the chain; 3,600 by default. */
    maxSecondsToSubmit?: number | undefined
    /** A provider's address; without it the cheapest one that is live. */
    provider?: Address | undefined
    /** Proof as the policy of the model asks for; omitted for a public and a private one. */
    accessProof?: Hex | undefined
    /** `sealed` by default; `public` leaves input and result readable for anybody. */
    privacy?: 'sealed' | 'public' | undefined
  }
