// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "../support/Test.sol";

/// @notice Everybody who takes part in the invariant campaigns.
abstract contract Actors is Test {
    uint256 internal constant PAYERS = 5;
    uint256 internal constant PROVIDERS = 3;
    uint256 internal constant MODEL_OWNERS = 2;

    Key[] internal payers;
    Key[] internal providers;
    /// @dev Service key of the provider with the same index.
    Key[] internal serviceKeys;
    Key[] internal modelOwners;
    Key internal attacker;
    address internal governor = makeAddr("governor");
    address internal guardian = makeAddr("guardian");
    address internal treasury = makeAddr("treasury");
    address internal relayer = makeAddr("relayer");

    address[] internal everybody;

    constructor() {
        attacker = makeKey("attacker");
        fill(payers, "payer", PAYERS);
        fill(providers, "provider", PROVIDERS);
        fill(serviceKeys, "service key", PROVIDERS);
        fill(modelOwners, "model owner", MODEL_OWNERS);
        everybody.push(attacker.addr);
        everybody.push(governor);
        everybody.push(guardian);
        everybody.push(treasury);
        everybody.push(relayer);
    }

    function payer(uint256 seed) internal view returns (Key memory) {
        return payers[seed % PAYERS];
    }

    function modelOwner(uint256 seed) internal view returns (Key memory) {
        return modelOwners[seed % MODEL_OWNERS];
    }

    function fill(Key[] storage keys, string memory name, uint256 count) private {
        for (uint256 i = 0; i < count; ++i) {
            Key memory key = makeKey(string.concat(name, " ", vm.toString(i)));
            keys.push(key);
            everybody.push(key.addr);
        }
    }
}
