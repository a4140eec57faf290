// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {ChannelBooks} from "./ChannelBooks.sol";

/// @notice Calls to the channels that must fail or gain nothing: forged vouchers, strangers, the wrong moment.
abstract contract ChannelStrangers is ChannelBooks {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function forgeVoucher(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = anyLane(seed);
        uint64 amount = uint64(lane.claimed + 1 + (seed >> 128) % 1e6);
        Key memory signer = keyOf[lane.config.signer];
        bytes32 digest = voucherDigest(address(channels), lane.id, amount);
        address to = lane.config.receiver;
        IPaymentChannels.Config memory config = lane.config;
        bytes memory compact = signCompact(attacker.secret, digest);
        uint256 kind = (seed >> 64) % 7;
        if (kind == 1) compact = signCompact(signer.secret, voucherDigest(attacker.addr, lane.id, amount));
        if (kind == 2) compact = signCompact(signer.secret, digestOfAnotherChain(lane.id, amount));
        if (kind == 3) compact = withHighS(signer.secret, digest);
        if (kind == 4) (compact, to) = (signCompact(signer.secret, digest), attacker.addr);
        if (kind == 5) (compact, amount) = (signCompact(signer.secret, digest), amount + 1);
        if (kind == 6) (compact, config.signer) = (signCompact(signer.secret, digest), attacker.addr);
        bytes memory row = packRow(config, amount, compact);
        refuse(address(channels), attacker.addr, "a forged voucher", abi.encodeCall(channels.claim, (to, row)));

        IPaymentChannels.VoucherClaim[] memory typed = new IPaymentChannels.VoucherClaim[](1);
        config.receiver = to;
        typed[0] = IPaymentChannels.VoucherClaim(config, amount, compact);
        refuse(address(channels), attacker.addr, "a forged typed voucher", abi.encodeCall(channels.claimTyped, (typed)));
    }

    /// @dev Its own channel, in which a stranger is payer, signer and receiver, gives it nothing of other channels.
    function claimFromNothing(uint256 seed) external {
        seed = mixed(seed);
        IPaymentChannels.Config memory config =
            IPaymentChannels.Config(attacker.addr, attacker.addr, attacker.addr, uint32(seed), MIN_DELAY);
        uint64 amount = uint64(1 + (seed >> 32) % 100e6);
        bytes32 digest = voucherDigest(address(channels), channels.channelIdOf(config), amount);
        bytes memory row = packRow(config, amount, signCompact(attacker.secret, digest));
        if (channels.claim(attacker.addr, row) != 0) reportBreach("earned from nothing");
        refuse(address(channels), attacker.addr, "withdraw", abi.encodeCall(channels.withdraw, (attacker.addr, 1)));
    }

    function strangerTouchesChannel(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = anyLane(seed);
        IPaymentChannels.Config memory config = lane.config;
        address by = attacker.addr;
        uint256 kind = (seed >> 64) % 8;
        if (kind == 0) refuse(address(channels), by, "startWithdraw", abi.encodeCall(channels.startWithdraw, (config, 1)));
        if (kind == 1) refuse(address(channels), by, "finishWithdraw", abi.encodeCall(channels.finishWithdraw, (config, by)));
        if (kind == 2) refuse(address(channels), by, "refund", abi.encodeCall(channels.refund, (config, 1)));
        if (kind == 3) refuse(address(channels), by, "collectFees", abi.encodeCall(channels.collectFees, (victims(), by)));
        if (kind == 4) refuse(address(channels), by, "setGuardian", abi.encodeCall(channels.setGuardian, (by)));
        if (kind == 5) refuse(address(channels), by, "pauseDeposits", abi.encodeCall(channels.pauseDeposits, ()));
        if (kind == 6) refuse(address(channels), by, "unpauseDeposits", abi.encodeCall(channels.unpauseDeposits, ()));
        if (kind == 7) {
            bytes memory data = abi.encodeCall(channels.depositWithPermit, (config, 1, type(uint256).max, 27, 0, 0));
            refuse(address(channels), by, "depositWithPermit", data);
        }
    }

    /// @dev The right caller, too early or for too much.
    function overreachesChannel(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = anyLane(seed);
        uint256 kind = (seed >> 64) % 3;
        if (kind == 0) {
            vm.assume(lane.withdrawAt == 0 || vm.getBlockTimestamp() < lane.withdrawAt);
            bytes memory data = abi.encodeCall(channels.finishWithdraw, (lane.config, lane.config.payer));
            refuse(address(channels), lane.config.payer, "finish early", data);
        }
        if (kind == 1) {
            uint64 tooMuch = uint64(unclaimedOf(lane) + 1);
            bytes memory data = abi.encodeCall(channels.refund, (lane.config, tooMuch));
            refuse(address(channels), lane.config.receiver, "refund too much", data);
        }
        if (kind == 2) {
            address account = lane.config.receiver;
            bytes memory data = abi.encodeCall(channels.withdraw, (account, entitlementOf(account) + 1));
            refuse(address(channels), account, "withdraw too much", data);
        }
    }

    function victims() private view returns (address[] memory list) {
        list = new address[](PROVIDERS);
        for (uint256 i = 0; i < PROVIDERS; ++i) list[i] = providers[i].addr;
    }

    function digestOfAnotherChain(bytes32 id, uint64 amount) private returns (bytes32 digest) {
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        digest = this.digestHere(id, amount);
        vm.chainId(here);
    }

    function digestHere(bytes32 id, uint64 amount) external view returns (bytes32) {
        return voucherDigest(address(channels), id, amount);
    }

    function withHighS(uint256 secret, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, digest);
        uint256 high = ORDER - uint256(s);
        return abi.encodePacked(r, bytes32(high | (uint256(28 - v) << 255)));
    }
}
