// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Handler} from "./Handler.sol";
import {OrderChecks} from "./OrderChecks.sol";
import {OrderClients} from "./OrderClients.sol";
import {OrderStrangers} from "./OrderStrangers.sol";

/// @notice Everything that can happen to orders, beside the life of jobs.
contract OrderHandler is Handler, OrderClients, OrderStrangers, OrderChecks {
    uint64 private constant CODE_DEPOSIT = 400e6;
    uint64 private constant RESERVE = 150e6;

    constructor() Handler(false) {
        address account = address(codeClient);
        vm.prank(account);
        escrow.deposit(CODE_DEPOSIT);
        moved(account, address(escrow), CODE_DEPOSIT);
        available[account] = CODE_DEPOSIT;
        for (uint256 i = 0; i < CLIENTS; ++i) startClient(clientAt(i));
        signSome(providers[0].addr, 1 << 8);
    }

    function startClient(address client) private {
        vm.prank(client);
        escrow.reserve(RESERVE);
        available[client] -= RESERVE;
        reserved[client] = RESERVE;
    }
}
