// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClockHandler} from "./ClockHandler.sol";
import {GameHandler} from "./GameHandler.sol";
import {JobChecks} from "./JobChecks.sol";
import {JobHandler} from "./JobHandler.sol";
import {ModelChecks} from "./ModelChecks.sol";
import {ModelHandler} from "./ModelHandler.sol";
import {MoneyHandler} from "./MoneyHandler.sol";
import {StakeChecks} from "./StakeChecks.sol";
import {StakeHandler} from "./StakeHandler.sol";
import {StrangerHandler} from "./StrangerHandler.sol";

/// @notice Everything that can happen, on a protocol in its steady state; a suite chooses from it.
contract Handler is
    JobHandler,
    MoneyHandler,
    GameHandler,
    StakeHandler,
    ModelHandler,
    ClockHandler,
    StrangerHandler,
    JobChecks,
    StakeChecks,
    ModelChecks
{
    uint256 private constant STAKE = 300e6;
    uint64 private constant DEPOSIT = 400e6;

    constructor(bool withGame) {
        clock = vm.getBlockTimestamp();
        giveTokens(attacker.addr, 1 << 8);
        for (uint256 i = 0; i < PAYERS; ++i) giveTokens(payers[i].addr, i << 8);
        for (uint256 i = 0; i < 4; ++i) {
            register(modelOwner(i).addr, 0, (i == 0 ? 0 : i + 3) | ((i + 1) * 0.4e6 << 32) | (i * 777 << 96));
        }
        for (uint256 i = 0; i < PROVIDERS; ++i) startProvider(i);
        for (uint256 i = 0; i < PAYERS; ++i) startPayer(payers[i].addr);
        if (withGame) {
            vm.prank(governor);
            escrow.setGame(game);
        }
    }

    function startProvider(uint256 index) private {
        address provider = providers[index].addr;
        bytes memory proof = signedServiceKey(serviceKeys[index], provider, 0);
        vm.startPrank(provider);
        registry.stake(provider, uint128(STAKE));
        registry.setServiceKey(serviceKeys[index].addr, 0, proof);
        vm.stopPrank();
        moved(provider, address(registry), STAKE);
        staked[provider] = STAKE;
    }

    function startPayer(address account) private {
        vm.prank(account);
        escrow.deposit(DEPOSIT);
        moved(account, address(escrow), DEPOSIT);
        available[account] = DEPOSIT;
    }
}
