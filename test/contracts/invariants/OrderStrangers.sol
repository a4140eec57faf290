// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {OpeningHandler} from "./OpeningHandler.sol";
import {OrderProviders} from "./OrderProviders.sol";

/// @notice Calls about orders and signed jobs that must fail or touch nobody: by strangers, forged, at the wrong moment.
abstract contract OrderStrangers is OpeningHandler, OrderProviders {
    /// @dev A settlement by whoever is not the provider of all its rows.
    function strangerSettles(uint256 seed) external {
        seed = mixed(seed);
        uint256 index = (seed >> 8) % PROVIDERS;
        address to = providers[index].addr;
        uint256 other = (index + 1) % PROVIDERS;
        Ticket storage ticket = signSound(to, clientAt(seed >> 16), seed >> 24);
        IEscrowOrders.OrderSettlement[] memory rows = new IEscrowOrders.OrderSettlement[](1);
        rows[0] = rowOf(ticket, ticket.order.price);
        uint256 kind = seed % 5;
        if (kind == 0) refuseRows(attacker.addr, "settled by a stranger", rows);
        if (kind == 1) refuseRows(providers[other].addr, "settled by another provider", rows);
        if (kind == 2) refuseRows(serviceKeys[other].addr, "settled by another's service key", rows);
        if (kind == 3) refuseRows(ticket.order.client, "settled by the client", rows);
        if (kind == 4) {
            IEscrowOrders.OrderSettlement[] memory both = new IEscrowOrders.OrderSettlement[](2);
            Ticket storage own = signSound(providers[other].addr, keyClientAt(seed >> 16), seed >> 32);
            (both[0], both[1]) = (rowOf(own, own.order.price), rows[0]);
            refuseRows(providers[other].addr, "settled beside one's own", both);
        }
    }

    /// @dev Orders that their client did not sign, or not so, in the hands of the provider.
    function forgeOrder(uint256 seed) external {
        seed = mixed(seed);
        address to = providers[(seed >> 8) % PROVIDERS].addr;
        Ticket storage ticket = signSound(to, keyClientAt(seed >> 16), seed >> 24);
        IEscrowOrders.OrderSettlement[] memory rows = new IEscrowOrders.OrderSettlement[](1);
        rows[0] = rowOf(ticket, ticket.order.price);
        uint256 kind = seed % 6;
        if (kind == 0) rows[0].clientSignature = sign(attacker.secret, ticket.id);
        if (kind == 1) rows[0].clientSignature = sign(keyOf[to].secret, ticket.id);
        if (kind == 2) rows[0].order.price += 1;
        if (kind == 3) rows[0].order.submitBy += 1;
        if (kind == 4) rows[0].order.inputCommit = 0;
        if (kind == 5) rows[0].clientSignature = "";
        refuseRows(to, "a forged order", rows);
    }

    /// @dev Whatever a stranger does to reserve and nonces is its own.
    function strangerTouchesReserve(uint256 seed) external {
        seed = mixed(seed);
        address by = attacker.addr;
        uint256 word = wordAt(seed >> 8);
        uint256 kind = seed % 5;
        if (kind == 0) refuse(address(escrow), by, "reserve", abi.encodeCall(escrow.reserve, (1)));
        if (kind == 1) refuse(address(escrow), by, "startRelease", abi.encodeCall(escrow.startRelease, (1)));
        if (kind == 2) refuse(address(escrow), by, "finishRelease", abi.encodeCall(escrow.finishRelease, ()));
        if (kind == 3) {
            vm.prank(by);
            escrow.startCancel(word, type(uint256).max);
        }
        if (kind == 4) {
            (, uint256 mask, uint256 ripeAt) = escrow.noncesOf(by, word);
            vm.assume(mask != 0 && vm.getBlockTimestamp() >= ripeAt);
            vm.prank(by);
            escrow.finishCancel(word);
        }
    }

    /// @dev The client, too early or for too much.
    function mistimesReserve(uint256 seed) external {
        seed = mixed(seed);
        address from = clientAt(seed >> 8);
        uint256 word = wordAt(seed >> 16);
        uint256 time = vm.getBlockTimestamp();
        uint256 kind = seed % 4;
        if (kind == 0) {
            vm.assume(releasing[from].ripeAt == 0 || time < releasing[from].ripeAt);
            refuse(address(escrow), from, "released early", abi.encodeCall(escrow.finishRelease, ()));
        }
        if (kind == 1) {
            vm.assume(cancelling[from][word].ripeAt == 0 || time < cancelling[from][word].ripeAt);
            refuse(address(escrow), from, "cancelled early", abi.encodeCall(escrow.finishCancel, (word)));
        }
        if (kind == 2) {
            bytes memory data = abi.encodeCall(escrow.startRelease, (uint64(reserved[from] + 1)));
            refuse(address(escrow), from, "release of too much", data);
        }
        if (kind == 3) {
            bytes memory data = abi.encodeCall(escrow.reserve, (uint64(available[from] + 1)));
            refuse(address(escrow), from, "reserve of too much", data);
        }
    }

    /// @dev Jobs in a client's name, from its balance or by its permit.
    function strangerOpens(uint256 seed) external watched(Act.None, false) {
        seed = mixed(seed);
        Track storage track = freshJob(keyClientAt(seed >> 16), seed >> 24);
        IJobEscrow.JobParams memory params = track.params;
        vm.assume(available[params.client] >= params.price);
        IJobEscrow.SignedJob[] memory rows = new IJobEscrow.SignedJob[](1);
        rows[0] = signedJob(params, keyOf[params.client].secret);
        uint256 kind = seed % 5;
        if (kind == 0) rows[0] = signedJob(params, attacker.secret);
        if (kind == 1) rows[0].params.nonce = type(uint96).max;
        if (kind == 2) rows[0].params.provider = providers[(seed >> 8) % PROVIDERS].addr;
        if (kind < 3) {
            vm.assume(kind != 2 || rows[0].params.provider != params.provider);
            refuse(address(escrow), attacker.addr, "a forged job", abi.encodeCall(escrow.createJobs, (rows)));
        }
        if (kind == 3) refusePermit(params);
        if (kind == 4) {
            rows[0] = signedJob(freshTerms(address(codeClient), seed >> 24), attacker.secret);
            vm.assume(codeClientSigns());
            if (escrow.createJobs(rows) != 0) reportBreach("a job that the client's code refuses");
        }
    }

    function refusePermit(IJobEscrow.JobParams memory params) private {
        Permission memory permission = permitOf(params.client, params.price);
        bytes memory data = abi.encodeCall(
            escrow.createJobWithPermit,
            (params, "", type(uint256).max, permission.v, permission.r, permission.s)
        );
        refuse(address(escrow), attacker.addr, "a permit in another's hands", data);
    }

    function refuseRows(address caller, string memory what, IEscrowOrders.OrderSettlement[] memory rows) private {
        refuse(address(escrow), caller, what, abi.encodeCall(escrow.settleOrders, (rows)));
    }
}
