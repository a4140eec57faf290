// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {ChannelProtocol} from "./ChannelProtocol.sol";

// property 32: nothing costs more because of what was before
contract GrowthTest is ChannelProtocol {
    uint256 private constant HISTORY = 10_000;
    uint256 private constant EARLY = 10;

    /// @notice The 10,000th claim on a channel costs what the 10th costs.
    function test_property_32_theTenThousandthClaimCostsWhatTheTenthCosts() external {
        fund(terms(), DEPOSIT);
        uint256 early;
        for (uint64 i = 1; i <= HISTORY; ++i) {
            uint256 gas_ = this.gasOfClaim(terms(), i * 256);
            if (i == EARLY) early = gas_;
            if (i == HISTORY) assertEq(gas_, early, "gas");
        }
    }

    /// @notice The 10,000th open channel, each with a withdrawal announced, costs what the 10th costs.
    function test_property_32_theTenThousandthOpenChannelCostsWhatTheTenthCosts() external {
        fund(terms(), DEPOSIT);
        claim(1);
        (uint256 early, uint256 earlyClaim) = (0, 0);
        for (uint32 i = 1; i <= HISTORY; ++i) {
            uint256 gas_ = this.gasOfDeposit(salted(i));
            if (i == EARLY) (early, earlyClaim) = (gas_, this.gasOfClaim(salted(i), 512));
            if (i != HISTORY) continue;
            assertEq(gas_, early, "gas of a deposit");
            assertEq(this.gasOfClaim(salted(i), 512), earlyClaim, "gas of a claim");
        }
    }

    function gasOfClaim(IPaymentChannels.Config calldata config, uint64 amount) external returns (uint256 gas_) {
        bytes memory row = signedRow(client, config, amount);
        gas_ = gasleft();
        channels.claim(provider.addr, row);
        gas_ -= gasleft();
    }

    function gasOfDeposit(IPaymentChannels.Config calldata config) external returns (uint256 gas_) {
        vm.prank(client.addr);
        gas_ = gasleft();
        channels.deposit(config, 1024);
        gas_ -= gasleft();
        vm.prank(client.addr);
        channels.startWithdraw(config, 1);
    }

    function salted(uint32 salt) private view returns (IPaymentChannels.Config memory config) {
        config = terms();
        config.salt = 1_000_000 + salt;
    }
}
