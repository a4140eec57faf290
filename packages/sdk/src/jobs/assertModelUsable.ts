import { type Address, type Hex, isAddressEqual } from 'viem'
import { canUseModel } from '../actions/canUseModel.ts'
import { getModelRegistration } from '../actions/getModelRegistration.ts'
import { getModelTerms } from '../actions/getModelTerms.ts'
import type { ModelTerms } from '../actions/modelTerms.ts'
import type { Reader } from '../client.ts'
import { ModelUnavailableError } from '../errors/modelUnavailable.ts'
import { PublisherMismatchError } from '../errors/publisherMismatch.ts'
import type * as ModelManifest from '../messages/modelManifest.ts'

/** Terms of a model that takes jobs from this account. */
export async function assertModelUsable(
  client: Reader,
  { modelKey, user, accessProof }: { modelKey: Hex; user: Address; accessProof: Hex },
): Promise<ModelTerms> {
  const terms = await getModelTerms(client, { modelKey })
  if (terms.status !== 'active') throw new ModelUnavailableError(modelKey, `it is ${terms.status}`)
  if (!(await canUseModel(client, { modelKey, user, accessProof }))) {
    throw new ModelUnavailableError(
      modelKey,
      `its access policy, ${terms.policy}, does not admit ${user} with this proof`,
    )
  }
  return terms
}

/** Refuses a key that somebody else than the manifest's publisher registered first. */
export async function assertPublisher(
  client: Reader,
  { modelKey, manifest }: { modelKey: Hex; manifest: ModelManifest.ModelManifest },
): Promise<void> {
  const registration = await getModelRegistration(client, { modelKey })
  const { publisher } = manifest
  if (registration !== undefined && !isAddressEqual(registration.registrant, publisher)) {
    throw new PublisherMismatchError({ modelKey, publisher, registrant: registration.registrant })
  }
}
