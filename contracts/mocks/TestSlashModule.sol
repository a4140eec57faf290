// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";

/// @title Slash module without a verdict, for tests
/// @notice Whoever made it slashes whom they like: nothing but a test may authorise it.
contract TestSlashModule {
    /// @notice Decides instead of a game.
    address public immutable JUDGE;

    /// @notice Only the judge may slash.
    error NotJudge(address caller);

    constructor() {
        JUDGE = msg.sender;
    }

    /// @notice Passes a verdict on to the registry.
    /// @param registry Where the stake lies.
    /// @param provider Who loses.
    /// @param amount Most to take.
    /// @param beneficiary Who found the fault.
    /// @param beneficiaryBps Share of the beneficiary.
    /// @param caseId Names the fault.
    /// @return slashed What was taken.
    function slash(
        IProviderRegistry registry,
        address provider,
        uint128 amount,
        address beneficiary,
        uint16 beneficiaryBps,
        bytes32 caseId
    ) external returns (uint128 slashed) {
        require(msg.sender == JUDGE, NotJudge(msg.sender));
        return registry.slash(provider, amount, beneficiary, beneficiaryBps, caseId);
    }
}
