// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {ChannelBooks} from "./ChannelBooks.sol";

/// @notice Money that payers put into channels and take back, and the vouchers that they sign.
abstract contract ChannelPayers is ChannelBooks {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 private constant DEPOSIT_TYPEHASH = keccak256("Deposit(bytes32 channelId,uint64 amount,bytes32 salt)");

    uint256 private salts;

    /// @dev From the payer or, as a present, from somebody else.
    function deposit(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = lanes[openLane(seed)];
        address from = (seed >> 96) % 4 == 0 ? payer(seed >> 100).addr : lane.config.payer;
        uint64 amount = payable_(from, seed >> 128);
        vm.prank(from);
        channels.deposit(lane.config, amount);
        credit(lane, from, amount);
    }

    function depositWithAuthorization(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = lanes[openLane(seed)];
        uint64 amount = payable_(lane.config.payer, seed >> 128);
        bytes32 salt = bytes32(++salts);
        bytes32 nonce = keccak256(abi.encode(DEPOSIT_TYPEHASH, lane.id, amount, salt));
        bytes32 structHash = keccak256(
            abi.encode(RECEIVE_TYPEHASH, lane.config.payer, address(channels), amount, 0, type(uint256).max, nonce)
        );
        bytes memory signature = sign(keyOf[lane.config.payer].secret, tokenDigest(structHash));
        vm.prank(relayer);
        channels.depositWithAuthorization(lane.config, amount, salt, 0, type(uint256).max, signature);
        credit(lane, lane.config.payer, amount);
    }

    function depositWithPermit(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = lanes[openLane(seed)];
        address from = lane.config.payer;
        uint64 amount = payable_(from, seed >> 128);
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPEHASH, from, address(channels), amount, usdc.nonces(from), type(uint256).max)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf[from].secret, tokenDigest(structHash));
        vm.startPrank(from);
        usdc.approve(address(channels), 0);
        channels.depositWithPermit(lane.config, amount, type(uint256).max, v, r, s);
        usdc.approve(address(channels), type(uint256).max);
        vm.stopPrank();
        credit(lane, from, amount);
    }

    /// @dev Mostly a little more than before, at times far beyond the deposit.
    function signMore(uint256 seed) external {
        seed = mixed(seed);
        vm.assume(lanes.length > 0);
        uint256 index = seed % lanes.length;
        Lane storage lane = lanes[index];
        uint256 step = (seed >> 64) % 8 == 0 ? (seed >> 128) % 100e6 : (seed >> 128) % 3e6;
        signVoucher(lane, index, uint64(lane.signed + 1 + step));
    }

    function startWithdraw(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = anyLane(seed);
        uint64 amount = (seed >> 64) % 8 == 0 ? 0 : uint64(1 + (seed >> 128) % 40e6);
        vm.prank(lane.config.payer);
        channels.startWithdraw(lane.config, amount);
        lane.withdrawAmount = amount;
        lane.announcedAt = vm.getBlockTimestamp();
        lane.withdrawAt = amount == 0 ? 0 : lane.announcedAt + lane.config.withdrawDelay;
    }

    function finishWithdraw(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = ripeLane(seed);
        address to = (seed >> 64) & 1 == 0 ? lane.config.payer : treasury;
        uint256 unclaimed = unclaimedOf(lane);
        uint256 amount = lane.withdrawAmount < unclaimed ? lane.withdrawAmount : unclaimed;
        vm.assume(amount == 0 || tokenServes(to));
        vm.prank(lane.config.payer);
        channels.finishWithdraw(lane.config, to);
        if (vm.getBlockTimestamp() < lane.announcedAt + lane.config.withdrawDelay) reportBreach("withdrawn early");
        lane.deposited -= amount;
        (lane.withdrawAmount, lane.withdrawAt) = (0, 0);
        pay(to, amount);
    }

    function pauseDeposits(uint256 seed) external {
        vm.assume(!channels.depositsPaused() && mixed(seed) % 8 == 0);
        vm.prank(guardian);
        channels.pauseDeposits();
    }

    function unpauseDeposits(uint256) external {
        vm.assume(channels.depositsPaused());
        vm.prank(governor);
        channels.unpauseDeposits();
    }

    /// @dev A third of the payers sign by a key of their own choice.
    function openLane(uint256 seed) private returns (uint256 index) {
        if (lanes.length == MOST_LANES) return seed % MOST_LANES;
        IPaymentChannels.Config memory config;
        config.payer = payer(seed).addr;
        config.signer = (seed >> 8) % 3 == 0 ? payer(seed >> 16).addr : config.payer;
        config.receiver = receiver(seed >> 24);
        config.salt = uint32((seed >> 32) % 3);
        config.withdrawDelay = MIN_DELAY * uint32(1 + (seed >> 40) % 30);
        bytes32 id = channels.channelIdOf(config);
        if (laneOf[id] != 0) return laneOf[id] - 1;
        index = lanes.length;
        Lane storage lane = lanes.push();
        (lane.config, lane.id) = (config, id);
        laneOf[id] = index + 1;
    }

    function payable_(address from, uint256 seed) private view returns (uint64 amount) {
        amount = uint64(1 + seed % 20e6);
        vm.assume(wallet[from] >= amount && tokenServes(from) && !channels.depositsPaused());
    }

    function ripeLane(uint256 seed) private view returns (Lane storage) {
        uint256 count = lanes.length;
        for (uint256 i = 0; i < count; ++i) {
            Lane storage lane = lanes[(seed % count + i) % count];
            if (lane.withdrawAt != 0 && vm.getBlockTimestamp() >= lane.withdrawAt) return lane;
        }
        vm.assume(false);
        return lanes[0];
    }

    function tokenDigest(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("USD Coin"), keccak256("2"), block.chainid, address(usdc))
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
