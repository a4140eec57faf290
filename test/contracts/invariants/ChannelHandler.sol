// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelChecks} from "./ChannelChecks.sol";
import {ChannelPayers} from "./ChannelPayers.sol";
import {ChannelReceivers} from "./ChannelReceivers.sol";
import {ChannelStrangers} from "./ChannelStrangers.sol";
import {ClockHandler} from "./ClockHandler.sol";

/// @notice Everything that can happen to payment channels.
contract ChannelHandler is ChannelPayers, ChannelReceivers, ChannelStrangers, ClockHandler, ChannelChecks {
    constructor() {
        clock = vm.getBlockTimestamp();
    }
}
